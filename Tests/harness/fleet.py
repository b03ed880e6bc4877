"""Hosts of a fleet that publish what a test tells them to, written without any of the relay's code."""

import json
import time

from .nats import NATSClient


def varint(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def zigzag(number: int) -> bytes:
    return varint(number << 1 if number >= 0 else (-number << 1) - 1)


def string(text: str) -> bytes:
    return varint(len(text.encode())) + text.encode()


def stored(data: bytes) -> bytes:
    """A zstd frame that compresses nothing."""
    frame = b"\x28\xb5\x2f\xfd\xa0" + len(data).to_bytes(4, "little")
    for start in range(0, len(data), 100_000):
        part = data[start : start + 100_000]
        is_last = start + 100_000 >= len(data)
        frame += (len(part) << 3 | int(is_last)).to_bytes(3, "little") + part
    return frame


class Host:
    """A host whose log has the events `<name> 1`, `<name> 2`, … and publishes them as it is told."""

    def __init__(self, client: NATSClient, fleet: str, name: str, epoch: str = "epoch1"):
        self.client = client
        self.fleet = fleet
        self.name = name
        self.epoch = epoch
        self.published = 0

    def message(self, numbers: list[int], previous: int, *, resend: bool = False) -> tuple[dict[str, str], bytes]:
        now = time.time_ns()
        messages = [f"{self.name} {number}".encode() for number in numbers]
        body = self._runs(numbers) + b"\x01" + varint(len(numbers)) + varint(1) + string("app") + string(self.name)
        # Times and arrivals: the first as it is, the others with no difference to it.
        for _ in range(2):
            body += zigzag(now) + b"\x00" * (len(numbers) - 1)
        body += bytes([6 if number % 10 == 0 else 3 for number in numbers])
        body += b"\x00" * 2 * len(numbers)
        fields = [f'"n":{number}'.encode() for number in numbers]
        body += b"".join(varint(len(message)) for message in messages)
        body += b"".join(varint(len(field)) for field in fields)
        body += b"".join(message + field for message, field in zip(messages, fields))
        headers = {
            "Tailrace-Version": "1", "Tailrace-Epoch": self.epoch, "Tailrace-Epoch-First": "1",
            "Tailrace-First": str(numbers[0]), "Tailrace-Last": str(numbers[-1]), "Tailrace-Count": str(len(numbers)),
            "Tailrace-Prev": str(previous), "Tailrace-Time": str(now), "Tailrace-Bytes": str(len(body)),
        }
        if resend:
            headers["Tailrace-Resend"] = "1"
        return headers, stored(body)

    @staticmethod
    def _runs(numbers: list[int]) -> bytes:
        runs: list[list[int]] = []
        for number in numbers:
            if runs and runs[-1][1] + 1 == number:
                runs[-1][1] = number
            else:
                runs.append([number, number])
        out, end = varint(len(runs)), numbers[0]
        for low, high in runs:
            out += varint(low - end) + varint(high - low)
            end = high
        return out

    def publish(self, numbers: list[int], previous: int, *, input: str = "app", resend: bool = False) -> int:
        """Its number in the stream."""
        headers, payload = self.message(numbers, previous, resend=resend)
        answer = json.loads(
            self.client.request(f"tailrace.{self.fleet}.{self.name}.{input}", payload, headers).payload
        )
        assert "error" not in answer, answer
        return answer["seq"]

    def write(self, count: int, size: int = 100):
        """So many more events, in messages of `size`."""
        end = self.published + count
        while self.published < end:
            last = min(end, self.published + size)
            self.publish(list(range(self.published + 1, last + 1)), self.published)
            self.published = last

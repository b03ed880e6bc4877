// What to write into a proxy's configuration for what was found. Pure: text only, checked against the proxies' manuals.

export const PROXIES = ["nginx", "Caddy", "HAProxy", "Apache", "Traefik"];

const RELAY = "127.0.0.1:8245";

const UPGRADE = {
    nginx: `location / {
    proxy_pass http://${RELAY};
    proxy_http_version 1.1;
    proxy_set_header Host $host;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection "upgrade";
}`,
    Caddy: `# Caddy passes upgrades on by itself. Nothing before it may take them:
reverse_proxy ${RELAY}`,
    HAProxy: `# HAProxy passes upgrades on in HTTP mode.
backend tailrace
    mode http
    timeout tunnel 1h
    server relay ${RELAY}`,
    Apache: `# Apache 2.4.47 or newer, with mod_proxy_http
ProxyPreserveHost On
ProxyPass / http://${RELAY}/ upgrade=websocket`,
    Traefik: `# Traefik passes upgrades on by itself; remove middlewares that drop
# the headers Upgrade and Connection from this router.
http:
  services:
    tailrace:
      loadBalancer:
        servers: [{ url: "http://${RELAY}" }]`,
};

const BUFFERING = {
    nginx: `proxy_buffering off;
gzip off;    # or leave out application/x-ndjson and text/event-stream`,
    Caddy: `reverse_proxy ${RELAY} {
    flush_interval -1
}`,
    HAProxy: `# HAProxy does not buffer answers; take its compression off here:
no compression algo
option http-no-delay`,
    Apache: `ProxyPass / http://${RELAY}/ upgrade=websocket flushpackets=on
SetEnv no-gzip 1`,
    Traefik: `http:
  services:
    tailrace:
      loadBalancer:
        responseForwarding: { flushInterval: "-1" }
# and no buffering or compress middleware on this router`,
};

const IDLE = {
    nginx: `proxy_read_timeout 1h;
proxy_send_timeout 1h;`,
    Caddy: `reverse_proxy ${RELAY} {
    stream_timeout 0
}`,
    HAProxy: `timeout client 1h
timeout server 1h
timeout tunnel 1h`,
    Apache: `ProxyTimeout 3600
ProxyPass / http://${RELAY}/ upgrade=websocket timeout=3600`,
    Traefik: `# static configuration
entryPoints:
  web:
    transport:
      respondingTimeouts: { readTimeout: "0", idleTimeout: "1h" }`,
};

const COMPRESSION = {
    nginx: `# nginx passes the header on unless told otherwise; remove lines like:
# proxy_set_header Sec-WebSocket-Extensions "";`,
    Caddy: `# Caddy passes the header on; remove lines like:
# header_up -Sec-WebSocket-Extensions`,
    HAProxy: `# remove lines like:
# http-request del-header Sec-WebSocket-Extensions`,
    Apache: `# remove lines like:
# RequestHeader unset Sec-WebSocket-Extensions`,
    Traefik: `# remove headers middlewares that empty
# customRequestHeaders: { Sec-WebSocket-Extensions: "" }`,
};

const NAMES = {
    nginx: "proxy_set_header Host $host;",
    Caddy: "# Caddy passes the name on by itself.",
    HAProxy: "# HAProxy passes the name on by itself.",
    Apache: "ProxyPreserveHost On",
    Traefik: "passHostHeader: true",
};

/** The lines for a problem by proxy, undefined for one that no proxy makes. */
export const ADVICE = { upgrade: UPGRADE, buffering: BUFFERING, idle: IDLE, compression: COMPRESSION, name: NAMES };

/* What Swift's Glibc module leaves out: eventfd, epoll, signalfd, file handles, statx, peer credentials, parts of
 * posix_spawn, the GNU string search.
 *
 * Glibc's module is built without _GNU_SOURCE; defining it here would give the same headers another meaning in this
 * module, so what it would show is declared by itself. */
#ifndef TAILRACE_CLINUX_H
#define TAILRACE_CLINUX_H

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <linux/stat.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef AT_EMPTY_PATH
#define AT_EMPTY_PATH 0x1000
#endif
#ifndef AT_STATX_DONT_SYNC
#define AT_STATX_DONT_SYNC 0x4000
#endif
#ifndef AT_STATX_FORCE_SYNC
#define AT_STATX_FORCE_SYNC 0x2000
#endif
#ifndef SEEK_DATA
#define SEEK_DATA 3
#define SEEK_HOLE 4
#endif

extern void *memmem(const void *haystack, size_t haystack_length, const void *needle, size_t needle_length);
extern int accept4(int socket, struct sockaddr *address, socklen_t *length, int flags);
extern int pipe2(int descriptors[2], int flags);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int first);
extern int statx(int folder, const char *path, int flags, unsigned int mask, struct statx *status);
extern int __xpg_strerror_r(int code, char *text, size_t length);

/* name_to_handle_at(2) */
struct file_handle {
    unsigned int handle_bytes;
    int handle_type;
    unsigned char f_handle[0];
};
extern int name_to_handle_at(int folder, const char *path, struct file_handle *handle, int *mount, int flags);

/* struct ucred is a GNU extension; this has its layout (unix(7), SO_PEERCRED and SCM_CREDENTIALS). */
struct tailrace_peer {
    int32_t pid;
    uint32_t uid;
    uint32_t gid;
};

/* prctl(2) takes variable arguments, which Swift does not import: children of children that lose their parent become
 * this process's own. */
static inline int tailrace_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

#endif

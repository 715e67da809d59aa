/* The phones of a gathering, thousands in one thread: they listen to its stream and post to it, and time both.

   hall_client PORT PATH KEYS   PORT on 127.0.0.1, PATH such as /s/ID/live, KEYS a file with a guest's key a line.

   It does one command a line from its input and answers each with a line of JSON; seconds are those of the clock,
   `cpu` its own so far.

     open N LIMIT            let the first N phones listen, LIMIT of them connecting at a time; done when each has a frame
     reopen N LIMIT          the same, each telling the last id it had
     close                   all of them go
     settle MS               wait until no frame has come for so long
     change WHO DO BODY      phone WHO posts; done when it is acknowledged and every phone that listens has a new frame
     load RATE SECONDS CONNECTIONS CHECK
                             so many answers to a check a second, at set moments whether or not those before are answered;
                             two hands a second are raised or lowered meanwhile
     cast RATE SECONDS CONNECTIONS VOTE
                             the same with ballots in a vote: each phone casts its own, whose id is always the same, so that
                             all can be cast once more

   Postings come before streams, so that reading thousands of frames does not delay the clock of a posting. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#ifndef PHONES_PER_ADDRESS
#define PHONES_PER_ADDRESS 25000 /* an address has some 28,000 ports to call from */
#endif
#ifndef BUFFER
#define BUFFER (256 * 1024)
#endif
#define BATCH 32 /* streams read before postings are looked at again */
#define LINE 36  /* characters of a line that tell what it is */
#define ID 24
#define POSTERS 250
#define HANDS_PER_SECOND 2
#define PATIENCE (30 * SECOND)
#define SECOND INT64_C(1000000000)

enum { CLOSED, CONNECTING, HEAD, STREAM };
enum { POSTINGS = 1, TIMER, INPUT }; /* what an event is about, in the upper half of its number */

struct phone {
    int fd;
    uint8_t state;
    uint8_t events; /* in the head: whether its type is that of events; then: whether this event is a frame */
    uint8_t had;    /* has what is waited for */
    uint8_t kept;   /* characters of `line` */
    char line[LINE];
    char id[ID];
};

struct poster {
    int fd;
    int busy;
    int64_t due;
    int64_t answered;
    int status;
    int used; /* answers on this connection */
    int length;
    size_t got;
    char sent[1024];
    char answer[8192];
};

static int port;
static const char *path;
static char (*keys)[64];
static int known, all, postings, timer;
static struct phone *phones;
static struct poster posters[POSTERS];
static char buffer[BUFFER];

static int waiting, refused, lost, refusal;
static int64_t first_at, last_at, frame_at;
static uint64_t frames, bytes;

static double *taken;
static int answers, errors;

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * SECOND + t.tv_nsec;
}

static double cpu(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double seconds(int64_t from, int64_t to) { return to ? (double)(to - from) / 1e9 : 0; }

static void fail(const char *what) {
    fprintf(stderr, "hall_client: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int begins(const char *line, size_t length, const char *with) {
    return length >= strlen(with) && strncasecmp(line, with, strlen(with)) == 0;
}

static void watch(int set, int change, int fd, uint32_t events, uint64_t tag) {
    struct epoll_event event = {.events = events, .data.u64 = tag};
    if (epoll_ctl(set, change, fd, &event) < 0) fail("epoll_ctl");
}

/* A socket on its way to the server, from 127.0.BLOCK.NUMBER; 0.0: as the system likes. */
static int call_from(int block, int number) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    if (fd < 0) fail("socket");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (block || number) {
        struct sockaddr_in from = {.sin_family = AF_INET};
        from.sin_addr.s_addr = htonl((127u << 24) | ((uint32_t)block << 8) | (uint32_t)number);
        setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        if (bind(fd, (struct sockaddr *)&from, sizeof from) < 0) fail("bind");
    }
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS) fail("connect");
    return fd;
}

/* Streams */

static void hang_up(struct phone *p, int why) {
    if (p->state == CLOSED) return;
    if (p->state == STREAM) lost++;
    else refused++, refusal = why;
    if (!p->had) p->had = 1, waiting--;
    close(p->fd);
    p->state = CLOSED;
}

static void ask(struct phone *p, int again) {
    int who = (int)(p - phones);
    char head[512], after[64] = "";
    if (again && p->id[0]) snprintf(after, sizeof after, "Last-Event-ID: %.*s\r\n", ID, p->id);
    int length = snprintf(head, sizeof head,
                          "GET %s/stream?view=phone&language=en HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
                          "Accept: text/event-stream\r\nCookie: guest=%s\r\n%s\r\n",
                          path, port, keys[who % known], after);
    if (send(p->fd, head, (size_t)length, MSG_NOSIGNAL) != length) hang_up(p, 0);
}

static void line_over(struct phone *p) {
    size_t length = p->kept;
    const char *line = p->line;
    if (length && line[length - 1] == '\r') length--;
    if (p->state == HEAD) {
        if (begins(line, length, "HTTP/") && !begins(line, length, "HTTP/1.1 200")) hang_up(p, atoi(line + 9));
        else if (begins(line, length, "transfer-encoding:")) hang_up(p, 200);
        else if (begins(line, length, "content-type: text/event-stream")) p->events = 1;
        else if (length == 0 && !p->events) hang_up(p, 200);
        else if (length == 0) p->state = STREAM, p->events = 0;
    } else if (length == 0) {
        if (p->events) {
            frames++;
            frame_at = now();
            if (!p->had) {
                p->had = 1, waiting--;
                last_at = frame_at;
                if (!first_at) first_at = frame_at;
            }
        }
        p->events = 0;
    } else if (length == 12 && memcmp(line, "event: frame", 12) == 0) {
        p->events = 1;
    } else if (begins(line, length, "id: ")) {
        size_t size = length - 4 < ID ? length - 4 : ID;
        memcpy(p->id, line + 4, size);
        if (size < ID) p->id[size] = 0;
    }
}

static void read_on(struct phone *p, const char *at, size_t size) {
    const char *end = at + size;
    while (at < end && p->state != CLOSED) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t more = (size_t)((stop ? stop : end) - at), room = LINE - p->kept;
        if (more > room) more = room;
        memcpy(p->line + p->kept, at, more);
        p->kept = (uint8_t)(p->kept + more);
        if (!stop) return;
        line_over(p);
        p->kept = 0;
        at = stop + 1;
    }
}

static int again; /* whether phones that connect now were here before */

static void stream_ready(struct phone *p, uint32_t events) {
    if (p->state == CONNECTING) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error) {
            hang_up(p, 0);
        } else if (events & EPOLLOUT) {
            p->state = HEAD;
            watch(all, EPOLL_CTL_MOD, p->fd, EPOLLIN, (uint64_t)(p - phones));
            ask(p, again);
        }
        return;
    }
    ssize_t size = p->state == CLOSED ? 0 : recv(p->fd, buffer, sizeof buffer, 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size <= 0) {
        hang_up(p, 0);
        return;
    }
    bytes += (uint64_t)size;
    read_on(p, buffer, (size_t)size);
}

/* Postings */

static int poster_ready(int number);

static int sent_whole(const struct poster *p) {
    return send(p->fd, p->sent, (size_t)p->length, MSG_NOSIGNAL) == p->length;
}

/* The connection is at its end. What was sent on one that was kept, and had no answer at all, is sent once more on a new
   one, as browsers do: the server ends those that were idle, sometimes in that very moment. */
static void poster_gone(struct poster *p) {
    int kept = p->used > 0 && p->got == 0;
    if (p->fd >= 0) close(p->fd);
    p->fd = -1;
    if (!p->busy) return;
    if (kept && poster_ready((int)(p - posters)) && sent_whole(p)) return;
    p->busy = 0, p->status = 0, p->answered = now();
}

/* Connect a poster that is not, or whose connection the server has closed. Each comes from an address of its own, as
   guests do, because the server slows down who writes too much from one. */
static int poster_ready(int number) {
    struct poster *p = &posters[number];
    char c;
    if (p->fd >= 0 && recv(p->fd, &c, 1, MSG_PEEK) == 0) poster_gone(p);
    if (p->fd >= 0) return 1;
    p->used = 0;
    p->fd = call_from(1, number + 1);
    struct epoll_event event;
    int set = epoll_create1(EPOLL_CLOEXEC);
    watch(set, EPOLL_CTL_ADD, p->fd, EPOLLOUT, 0);
    if (epoll_wait(set, &event, 1, 5000) != 1 || (event.events & EPOLLERR))
        errno = ECONNREFUSED, fail("a posting");
    close(set);
    watch(postings, EPOLL_CTL_ADD, p->fd, EPOLLIN, (uint64_t)number);
    return 1;
}

static void post(int number, int who, const char *what, const char *body) {
    struct poster *p = &posters[number];
    p->length = snprintf(p->sent, sizeof p->sent,
                         "POST %s/%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:%d\r\n"
                         "Sec-Fetch-Site: same-origin\r\nAccept: application/json\r\nCookie: guest=%s\r\n"
                         "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
                         path, what, port, port, keys[who % known], strlen(body), body);
    p->busy = 1, p->got = 0, p->status = 0, p->answered = 0;
    if (p->fd < 0 || !sent_whole(p)) poster_gone(p);
}

static void told_once(struct poster *p) {
    static int told;
    if (told++) return;
    const char *body = strstr(p->answer, "\r\n\r\n");
    fprintf(stderr, "hall_client: a posting was answered %d: %.300s\n", p->status, body ? body + 4 : "");
}

static void posting_ready(struct poster *p) {
    ssize_t size = recv(p->fd, p->answer + p->got, sizeof p->answer - 1 - p->got, 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size <= 0) {
        poster_gone(p);
        return;
    }
    p->got += (size_t)size;
    p->answer[p->got] = 0;
    char *body = strstr(p->answer, "\r\n\r\n"), *length = strcasestr(p->answer, "\r\ncontent-length:");
    if (!body) return;
    size_t whole = (size_t)(body + 4 - p->answer) + (length && length < body ? strtoul(length + 17, NULL, 10) : 0);
    if (p->got < whole && p->got < sizeof p->answer - 1) return;
    p->answered = now();
    p->status = atoi(p->answer + 9);
    p->busy = 0, p->used++;
    if (p->status != 200) told_once(p);
    if (p->got < whole) poster_gone(p); /* longer than we read */
}

/* What is ready, postings first; at most `ms` are waited for it. */
static void turn(int ms) {
    struct epoll_event ready[BATCH];
    int count = epoll_wait(all, ready, BATCH, ms);
    for (int at = -1; at < count; at++) {
        if (at >= 0 && ready[at].data.u64 >> 32 == 0) {
            stream_ready(&phones[ready[at].data.u64], ready[at].events);
        } else if (at >= 0 && ready[at].data.u64 >> 32 == TIMER) {
            uint64_t rung;
            if (read(timer, &rung, sizeof rung) < 0) continue;
        } else if (at < 0) {
            struct epoll_event asked[BATCH];
            int n = epoll_wait(postings, asked, BATCH, 0);
            while (n-- > 0) posting_ready(&posters[asked[n].data.u64]);
        }
    }
}

static int listening(void) {
    int n = 0;
    for (int i = 0; i < known; i++) n += phones[i].state == STREAM;
    return n;
}

static void tell_rest(void) {
    printf(", \"refused\": %d, \"refusal\": %d, \"lost\": %d, \"cpu\": %.6f}\n", refused, refusal, lost, cpu());
    fflush(stdout);
    refused = lost = refusal = 0;
}

/* Commands */

static void open_phones(int n, int limit, int were_here) {
    int wanted = 0, started = 0, next = 0;
    if (n > known) n = known;
    for (int i = 0; i < known; i++) {
        phones[i].had = phones[i].state != CLOSED || i >= n;
        wanted += !phones[i].had;
    }
    again = were_here, waiting = wanted, frames = bytes = 0, first_at = last_at = 0;
    int64_t from = now();
    while (waiting > 0 && now() - from < 4 * PATIENCE) {
        for (; next < n && started - (wanted - waiting) < limit; next++) {
            struct phone *p = &phones[next];
            if (p->state != CLOSED) continue;
            p->fd = call_from(0, next < PHONES_PER_ADDRESS ? 0 : 1 + next / PHONES_PER_ADDRESS);
            p->state = CONNECTING, p->events = p->kept = 0;
            watch(all, EPOLL_CTL_ADD, p->fd, EPOLLOUT, (uint64_t)next);
            started++;
        }
        turn(100);
    }
    printf("{\"listening\": %d, \"last\": %.6f, \"missing\": %d, \"frames\": %" PRIu64 ", \"bytes\": %" PRIu64, listening(),
           seconds(from, last_at), waiting, frames, bytes);
    tell_rest();
}

static void close_phones(void) {
    for (int i = 0; i < known; i++) {
        if (phones[i].state != CLOSED) close(phones[i].fd);
        phones[i].state = CLOSED;
    }
    printf("{\"listening\": 0");
    tell_rest();
}

static void settle(int ms) {
    int64_t from = now();
    frame_at = from, frames = bytes = 0;
    while (now() - frame_at < ms * INT64_C(1000000) && now() - from < PATIENCE) turn(10);
    printf("{\"listening\": %d, \"seconds\": %.6f, \"frames\": %" PRIu64 ", \"bytes\": %" PRIu64, listening(),
           seconds(from, now()), frames, bytes);
    tell_rest();
}

static void change(int who, const char *what, const char *body) {
    poster_ready(0);
    waiting = 0, frames = bytes = 0, first_at = last_at = 0;
    for (int i = 0; i < known; i++) waiting += !(phones[i].had = phones[i].state != STREAM);
    double worked = cpu();
    int64_t from = now();
    post(0, who, what, body);
    while ((waiting > 0 || posters[0].busy) && now() - from < PATIENCE) turn(100);
    printf("{\"status\": %d, \"ack\": %.6f, \"first\": %.6f, \"last\": %.6f, \"missing\": %d, \"worked\": %.6f, "
           "\"frames\": %" PRIu64 ", \"bytes\": %" PRIu64,
           posters[0].status, seconds(from, posters[0].answered), seconds(from, first_at), seconds(from, last_at), waiting,
           cpu() - worked, frames, bytes);
    tell_rest();
}

static void fresh(char *id) {
    static uint64_t state;
    if (!state) state = (uint64_t)now() * 2654435761u ^ (uint64_t)getpid() << 40;
    for (int i = 0; i < 26; i++) {
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
        id[i] = "abcdefghijklmnopqrstuvwxyz234567"[state >> 59];
    }
    id[26] = 0;
}

static int longer(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double share(double of) { return answers ? taken[(int)((answers - 1) * of + 0.5)] : 0; }

/* Whether a posting that was under way is over now: then its time counts, or its error. */
static void count(struct poster *p) {
    if (p->busy || !p->due) return;
    if (p->status == 200) taken[answers++] = seconds(p->due, p->answered);
    else errors++;
    p->due = 0;
}

/* Raise a hand, or lower the one raised before, each time one of these is due. Returns how many failed. */
static int raise_or_lower(int number, int nth) {
    static char hand[27];
    struct poster *p = &posters[number];
    char body[128], id[27];
    int failed = nth > 0 && p->status != 200;
    fresh(id);
    if (nth % 2 == 0) memcpy(hand, id, sizeof hand), snprintf(body, sizeof body, "kind=point&key=%s", id);
    else snprintf(body, sizeof body, "hand=%s&key=%s", hand, id);
    if (p->fd < 0) poster_ready(number);
    post(number, nth / 2, nth % 2 ? "lower" : "hand", body);
    return failed;
}

/* A ballot's id that only this phone has, the same whenever it is asked for. */
static void ballot_of(int who, char *id) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
    memset(id, 'b', 25);
    for (int i = 20; i < 25; i++, who /= 32) id[i] = letters[who % 32];
    id[25] = 'a', id[26] = 0;
}

static void load(int rate, int lasting, int connections, const char *what, const char *of) {
    int casting = !strcmp(what, "cast");
    int total = rate * lasting, sent = 0, hands = 0, hands_failed = 0, under_way = 0;
    if (connections > POSTERS - 1) connections = POSTERS - 1;
    for (int i = 0; i <= connections; i++) poster_ready(i), posters[i].due = 0, posters[i].busy = 0;
    taken = calloc((size_t)total, sizeof *taken);
    answers = errors = 0, frames = bytes = 0, waiting = 0;
    for (int i = 0; i < known; i++) phones[i].had = 1;
    double worked = cpu();
    int64_t from = now() + SECOND / 20, end = from + lasting * SECOND;
    do {
        int64_t t = now();
        under_way = 0;
        for (int i = 0; i < connections; i++) {
            struct poster *p = &posters[i];
            count(p);
            if (!p->busy && sent < total && from + sent * SECOND / rate <= t) {
                char body[128], id[27];
                fresh(id);
                int who = (int)(sent * INT64_C(7919) % known);
                if (casting) ballot_of(who, id);
                if (casting) snprintf(body, sizeof body, "vote=%s&choice=%d&ballot=%s", of, who % 3, id);
                else snprintf(body, sizeof body, "check=%s&value=%d&key=%s", of, (sent + sent / known) % 6, id);
                if (p->fd < 0) poster_ready(i);
                p->due = from + sent * SECOND / rate;
                post(i, who, what, body);
                sent++;
            }
            under_way += p->busy;
        }
        if (t < end && !posters[connections].busy && from + hands * SECOND / HANDS_PER_SECOND <= t)
            hands_failed += raise_or_lower(connections, hands), hands++;
        int64_t due = sent < total && under_way < connections ? from + sent * SECOND / rate : t + SECOND / 10;
        if (due > t) {
            struct itimerspec at = {.it_value = {.tv_sec = due / SECOND, .tv_nsec = due % SECOND}};
            timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL);
            turn(100);
        } else {
            turn(0);
        }
    } while ((sent < total || under_way || now() < end) && now() < end + PATIENCE);
    double lasted = seconds(from, now());
    for (int i = 0; i < connections; i++) count(&posters[i]), posters[i].due = 0;
    qsort(taken, (size_t)answers, sizeof *taken, longer);
    printf("{\"sent\": %d, \"answered\": %d, \"errors\": %d, \"p50\": %.6f, \"p99\": %.6f, \"most\": %.6f, \"hands\": %d, "
           "\"hands_failed\": %d, \"frames\": %" PRIu64 ", \"bytes\": %" PRIu64 ", \"seconds\": %.6f, \"worked\": %.6f",
           sent, answers, errors + under_way + total - sent, share(0.5), share(0.99), share(1), hands, hands_failed, frames,
           bytes, lasted, cpu() - worked);
    tell_rest();
    free(taken);
}

static void obey(char *line) {
    char what[32], body[512];
    int a, b, c;
    line[strcspn(line, "\n")] = 0;
    if (sscanf(line, "open %d %d", &a, &b) == 2) open_phones(a, b, 0);
    else if (sscanf(line, "reopen %d %d", &a, &b) == 2) open_phones(a, b, 1);
    else if (strcmp(line, "close") == 0) close_phones();
    else if (sscanf(line, "settle %d", &a) == 1) settle(a);
    else if (sscanf(line, "change %d %31s %511s", &a, what, body) == 3) change(a, what, body);
    else if (sscanf(line, "load %d %d %d %31s", &a, &b, &c, what) == 4) load(a, b, c, "check", what);
    else if (sscanf(line, "cast %d %d %d %31s", &a, &b, &c, what) == 4) load(a, b, c, "cast", what);
    else errno = EINVAL, fail(line);
}

static void read_keys(const char *file) {
    FILE *from = fopen(file, "r");
    if (!from) fail(file);
    int room = 0;
    char key[64];
    while (fscanf(from, "%63s", key) == 1) {
        if (known == room) {
            room = room ? 2 * room : 1024;
            keys = realloc(keys, (size_t)room * sizeof *keys);
        }
        memcpy(keys[known++], key, sizeof key);
    }
    fclose(from);
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    port = atoi(argv[1]), path = argv[2];
    read_keys(argv[3]);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    signal(SIGPIPE, SIG_IGN);
    phones = calloc((size_t)known + 1, sizeof *phones);
    for (int i = 0; i < POSTERS; i++) posters[i].fd = -1;
    all = epoll_create1(EPOLL_CLOEXEC), postings = epoll_create1(EPOLL_CLOEXEC);
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    watch(all, EPOLL_CTL_ADD, postings, EPOLLIN, (uint64_t)POSTINGS << 32);
    watch(all, EPOLL_CTL_ADD, timer, EPOLLIN, (uint64_t)TIMER << 32);
    char line[1024];
    for (;;) {
        /* between commands streams are read all the same; whoever commands waits for each answer */
        struct epoll_event event;
        int input = epoll_create1(EPOLL_CLOEXEC);
        watch(input, EPOLL_CTL_ADD, STDIN_FILENO, EPOLLIN, (uint64_t)INPUT << 32);
        watch(input, EPOLL_CTL_ADD, all, EPOLLIN, 0);
        for (int asked = 0; !asked;) {
            if (epoll_wait(input, &event, 1, -1) == 1) asked = event.data.u64 != 0;
            if (!asked) turn(0);
        }
        close(input);
        if (!fgets(line, sizeof line, stdin)) return 0;
        obey(line);
        if (ferror(stdout)) return 0;
    }
}

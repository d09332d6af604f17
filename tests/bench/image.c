/*
 * Images: what image.py measures.
 *
 *     bench-image first FILE OTHER...   create+close of each other, which FILE is in the way of,
 *                                       microseconds
 *     bench-image repeat N FILE         create+map+touch+unmap+close, N times
 *     bench-image share N FILE OTHER    OTHER, which FILE is in the way of, mapped by N processes
 *
 * The last prints, for the mean process, the bytes of its view that are its own, and those that it
 * shares.
 */

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "zw.h"

#define PAGE 0x1000u

static void must(NTSTATUS status, const char *what) {
        if (NT_SUCCESS(status))
                return;
        fprintf(stderr, "%s: 0x%08X\n", what, (unsigned) status);
        exit(EXIT_FAILURE);
}

static uint64_t now_ns(void) {
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return (uint64_t) now.tv_sec * 1000000000u + (uint64_t) now.tv_nsec;
}

static HANDLE open_file(const char *path) {
        static WCHAR units[4096];
        UNICODE_STRING name = { .Buffer = units };
        OBJECT_ATTRIBUTES attributes = { .Length = sizeof(attributes), .ObjectName = &name };
        IO_STATUS_BLOCK io;
        HANDLE file = NULL;
        size_t n = 0;

        for (const char *at = "\\??\\unix"; *at; at++)
                units[n++] = (WCHAR) *at;
        for (const char *at = path; *at && n < 4000; at++)
                units[n++] = *at == '/' ? u'\\' : (WCHAR) *at;
        name.Length = name.MaximumLength = (USHORT) (n * sizeof(WCHAR));
        must(NtCreateFile(&file, FILE_READ_DATA, &attributes, &io, NULL, 0, FILE_SHARE_READ,
                             FILE_OPEN, 0, NULL, 0),
                        path);
        return file;
}

static HANDLE create(HANDLE file) {
        HANDLE section = NULL;

        must(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, NULL, PAGE_READONLY, SEC_IMAGE,
                             file),
                        "NtCreateSection");
        return section;
}

static volatile uint8_t *map(HANDLE section, SIZE_T *ret_size) {
        PVOID base = NULL;

        *ret_size = 0;
        must(NtMapViewOfSection(section, NtCurrentProcess(), &base, 0, 0, NULL, ret_size, ViewUnmap,
                             0, PAGE_READONLY),
                        "NtMapViewOfSection");
        return base;
}

static int measure_first(int n_files, char **files) {
        (void) create(open_file(files[0]));
        for (int i = 1; i < n_files; i++) {
                HANDLE file = open_file(files[i]), section;
                uint64_t begin = now_ns();

                section = create(file);
                printf("%s %.1f\n", files[i], (double) (now_ns() - begin) / 1e3);
                NtClose(section);
                NtClose(file);
        }
        return EXIT_SUCCESS;
}

static int measure_repeat(int n, const char *path) {
        HANDLE file = open_file(path);
        uint64_t begin = now_ns();
        SIZE_T size;

        for (int i = 0; i < n; i++) {
                HANDLE section = create(file);
                volatile uint8_t *view = map(section, &size);

                (void) view[0];
                NtUnmapViewOfSection(NtCurrentProcess(), (PVOID) (uintptr_t) view);
                NtClose(section);
        }
        printf("%.1f\n", (double) (now_ns() - begin) / 1e3 / n);
        NtClose(file);
        return EXIT_SUCCESS;
}

/* Sums of smaps for the mappings that begin in a range: what is private, and what is shared. */
static void read_smaps(uintptr_t first, uintptr_t end, unsigned long *ret) {
        FILE *smaps = fopen("/proc/self/smaps", "re");
        unsigned long start = 0, last = 0, amount = 0;
        char line[512], word[64];

        while (smaps && fgets(line, sizeof(line), smaps)) {
                if (sscanf(line, "%lx-%lx", &start, &last) == 2)
                        continue;
                if (start < first || start >= end || sscanf(line, "%63s %lu", word, &amount) != 2)
                        continue;
                if (strncmp(word, "Private_", 8) == 0)
                        ret[0] += amount * 1024;
                if (strncmp(word, "Shared_", 7) == 0)
                        ret[1] += amount * 1024;
        }
        if (smaps)
                fclose(smaps);
}

/* Maps, says so, and when all have, says what is whose. */
static void share_child(const char *path, int ready, int go, int answer, int end) {
        unsigned long sums[2] = { 0, 0 };
        HANDLE file = open_file(path), section = create(file);
        volatile uint8_t *view;
        SIZE_T size;
        char byte = 0;

        view = map(section, &size);
        for (SIZE_T at = 0; at < size; at += PAGE)
                (void) view[at];
        if (write(ready, &byte, 1) != 1 || read(go, &byte, 1) != 1)
                _exit(EXIT_FAILURE);
        read_smaps((uintptr_t) view, (uintptr_t) view + size, sums);
        if (write(answer, sums, sizeof(sums)) != sizeof(sums) || read(end, &byte, 1) != 1)
                _exit(EXIT_FAILURE);
        _exit(EXIT_SUCCESS);
}

static int measure_share(int n, const char *first, const char *path) {
        HANDLE blocker = create(open_file(first));
        unsigned long sums[2], total[2] = { 0, 0 };
        int ready[2], go[2], answer[2], end[2];
        char byte = 0;

        if (pipe(ready) < 0 || pipe(go) < 0 || pipe(answer) < 0 || pipe(end) < 0)
                return EXIT_FAILURE;
        for (int i = 0; i < n; i++) {
                pid_t child = fork();

                if (child < 0)
                        return EXIT_FAILURE;
                if (child == 0)
                        share_child(path, ready[1], go[0], answer[1], end[0]);
        }
        for (int i = 0; i < n; i++)
                if (read(ready[0], &byte, 1) != 1)
                        return EXIT_FAILURE;
        for (int i = 0; i < n; i++)
                if (write(go[1], &byte, 1) != 1)
                        return EXIT_FAILURE;
        for (int i = 0; i < n; i++) {
                if (read(answer[0], sums, sizeof(sums)) != sizeof(sums))
                        return EXIT_FAILURE;
                total[0] += sums[0];
                total[1] += sums[1];
        }
        for (int i = 0; i < n; i++)
                if (write(end[1], &byte, 1) != 1)
                        return EXIT_FAILURE;
        while (wait(NULL) > 0)
                continue;
        printf("%lu %lu\n", total[0] / (unsigned long) n, total[1] / (unsigned long) n);
        NtClose(blocker);
        return EXIT_SUCCESS;
}

int main(int argc, char **argv) {
        if (argc >= 4 && strcmp(argv[1], "first") == 0)
                return measure_first(argc - 2, argv + 2);
        if (argc == 4 && strcmp(argv[1], "repeat") == 0)
                return measure_repeat(atoi(argv[2]), argv[3]);
        if (argc == 5 && strcmp(argv[1], "share") == 0)
                return measure_share(atoi(argv[2]), argv[3], argv[4]);
        fprintf(stderr, "see the source for how to call this\n");
        return EXIT_FAILURE;
}

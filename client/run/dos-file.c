#include "dos-file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "text.h"
#include "upcase.h"

#define COMPONENT_MAX 255u

static bool is_separator(WCHAR unit) {
        return unit == '\\' || unit == '/';
}

static void free_text(char **text) {
        free(*text);
}

/* Units before the first component: of "\??\", "\\?\", "Z:", and separators; 0 for what is
 * relative. What names another drive, or a machine, is SIZE_MAX. */
static size_t root_length(const WCHAR *path, size_t n_units) {
        size_t at = 0;

        if (n_units >= 4 && is_separator(path[0]) && path[2] == '?' && is_separator(path[3]) &&
                        (path[1] == '?' || is_separator(path[1])))
                at = 4;
        else if (n_units >= 2 && is_separator(path[0]) && is_separator(path[1]))
                return SIZE_MAX;
        if (n_units >= at + 2 && path[at + 1] == ':') {
                if (nt_upcase(path[at]) != 'Z')
                        return SIZE_MAX;
                at += 2;
                if (at < n_units && !is_separator(path[at]))
                        return SIZE_MAX; /* relative to the drive's own directory */
        } else if (at > 0) {
                return SIZE_MAX;
        }
        while (at < n_units && is_separator(path[at]))
                at++;
        return at;
}

bool dos_path_is_absolute(const WCHAR *path, size_t n_units) {
        return root_length(path, n_units) != 0;
}

bool dos_path_has_folder(const WCHAR *path, size_t n_units) {
        for (size_t i = 0; i < n_units; i++)
                if (is_separator(path[i]) || path[i] == ':')
                        return true;
        return false;
}

/* Whether an entry of a folder has that name but for case. */
static bool entry_is(const char *entry, const WCHAR *name, size_t n_units) {
        WCHAR units[COMPONENT_MAX + 1];
        size_t length = strlen(entry);

        return length <= COMPONENT_MAX &&
               nt_name_equal(units, text_decode(entry, length, units), name, n_units, true);
}

static bool is_high(WCHAR unit) {
        return unit >= 0xD800 && unit < 0xDC00;
}

static bool is_low(WCHAR unit) {
        return unit >= 0xDC00 && unit < 0xE000;
}

/* One character of UTF-8. Return: behind it. */
static char *put_character(uint32_t c, char *to) {
        static const unsigned char first[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
        unsigned n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

        for (unsigned i = n; i-- > 1; c >>= 6)
                to[i] = (char) (0x80 | (c & 0x3F));
        to[0] = (char) (first[n] | c);
        return to + n;
}

/* The bytes that a name has on Linux, as text_decode() has its units. @to: room for three times
 * @n_units, and a NUL. */
static void encode(const WCHAR *units, size_t n_units, char *to) {
        for (size_t i = 0; i < n_units; i++) {
                uint32_t c = units[i];

                if (is_high(units[i]) && i + 1 < n_units && is_low(units[i + 1]))
                        c = 0x10000 + ((c - 0xD800) << 10) + (units[++i] - 0xDC00u);
                if (c >= 0xDC80 && c < 0xDD00)
                        *to++ = (char) (c - 0xDC00);
                else
                        to = put_character(c, to);
        }
        *to = '\0';
}

static char *join(const char *folder, const char *leaf) {
        char *path = NULL;

        if (asprintf(&path, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder, leaf) < 0)
                return NULL;
        return path;
}

static char *find_without_case(const char *folder, const WCHAR *name, size_t n_units) {
        autocleanup(free_text) char *best = NULL;
        DIR *directory = opendir(folder);
        const struct dirent *entry;

        if (!directory)
                return NULL;
        while ((entry = readdir(directory)) != NULL) {
                char *copy;

                if (!entry_is(entry->d_name, name, n_units) ||
                                (best && strcmp(best, entry->d_name) <= 0))
                        continue;
                copy = strdup(entry->d_name);
                if (!copy)
                        break;
                free(best);
                best = copy;
        }
        closedir(directory);
        return best ? join(folder, best) : NULL;
}

static char *find_component(const char *folder, const WCHAR *name, size_t n_units) {
        char exact[3 * COMPONENT_MAX + 1];
        struct stat facts;
        char *path;

        if (n_units > COMPONENT_MAX)
                return NULL;
        encode(name, n_units, exact);
        path = join(folder, exact);
        if (!path || lstat(path, &facts) == 0)
                return path;
        free(path);
        return find_without_case(folder, name, n_units);
}

/* @folder is consumed. */
static char *step_take(char *folder, const WCHAR *name, size_t n_units) {
        autocleanup(free_text) char *from = folder;

        if (n_units == 1 && name[0] == '.')
                return strdup(from);
        if (n_units == 2 && name[0] == '.' && name[1] == '.') {
                char *slash = strrchr(from, '/');

                return slash == from ? strdup("/") : strndup(from, (size_t) (slash - from));
        }
        return find_component(from, name, n_units);
}

char *dos_path_find(const char *folder, const WCHAR *path, size_t n_units) {
        size_t root = root_length(path, n_units), at = root;
        char *found;

        if (root == SIZE_MAX)
                return NULL;
        found = strdup(root > 0 ? "/" : folder);
        while (found && at < n_units) {
                size_t end = at;

                while (end < n_units && !is_separator(path[end]) && path[end] != 0)
                        end++;
                if (end < n_units && path[end] == 0) {
                        free(found); /* a NUL is no part of a name */
                        return NULL;
                }
                found = step_take(found, path + at, end - at);
                for (at = end; at < n_units && is_separator(path[at]);)
                        at++;
        }
        return found;
}

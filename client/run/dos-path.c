#include "dos-path.h"

#include <string.h>

DosPathType dos_path_type(const WCHAR *path, size_t n) {
        if (n == 0)
                return DOS_PATH_RELATIVE;
        if (dos_is_slash(path[0])) {
                if (n < 2 || !dos_is_slash(path[1]))
                        return DOS_PATH_ROOTED;
                if (n < 3 || (path[2] != '.' && path[2] != '?'))
                        return DOS_PATH_UNC;
                if (n > 3)
                        return dos_is_slash(path[3]) ? DOS_PATH_DEVICE : DOS_PATH_UNC;
                return DOS_PATH_ROOT_DEVICE;
        }
        if (n < 2 || path[1] != ':')
                return DOS_PATH_RELATIVE;
        return n > 2 && dos_is_slash(path[2]) ? DOS_PATH_DRIVE_ABSOLUTE : DOS_PATH_DRIVE_RELATIVE;
}

/* Compares with a name in capitals. */
static bool is_name(const WCHAR *units, size_t n, const char *name) {
        if (n != strlen(name))
                return false;
        for (size_t i = 0; i < n; i++) {
                WCHAR unit = units[i] >= 'a' && units[i] <= 'z' ? units[i] - 32 : units[i];

                if (unit != (unsigned char) name[i])
                        return false;
        }
        return true;
}

/* Superscript digits are digits to Windows here ("Naming Files, Paths, and Namespaces"). */
static bool is_port_digit(WCHAR unit) {
        return (unit >= '1' && unit <= '9') || unit == 0xB9 || unit == 0xB2 || unit == 0xB3;
}

static bool is_device(const WCHAR *units, size_t n) {
        static const char *const names[] = { "AUX", "CON", "NUL", "PRN", "CONIN$", "CONOUT$" };

        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
                if (is_name(units, n, names[i]))
                        return true;
        }
        return n == 4 && is_port_digit(units[3]) &&
               (is_name(units, 3, "COM") || is_name(units, 3, "LPT"));
}

/* Where the name begins that may be a device's. */
static size_t name_start(const WCHAR *path, size_t n) {
        size_t start = n;

        while (start > 0 && !dos_is_slash(path[start - 1]))
                start--;
        return start == 0 && n >= 2 && path[1] == ':' ? 2 : start;
}

size_t dos_path_device(const WCHAR *path, size_t n, size_t *ret_at) {
        DosPathType type = dos_path_type(path, n);
        size_t at, end;

        if (type == DOS_PATH_DEVICE && n == 7 && path[2] == '.' && is_name(path + 4, 3, "CON")) {
                *ret_at = 4;
                return 3;
        }
        if (type == DOS_PATH_UNKNOWN || type == DOS_PATH_UNC || type == DOS_PATH_DEVICE ||
                        type == DOS_PATH_ROOT_DEVICE)
                return 0;

        at = end = name_start(path, n);
        while (end < n && path[end] != '.' && path[end] != ':')
                end++;
        while (end > at && path[end - 1] == ' ')
                end--;
        if (!is_device(path + at, end - at))
                return 0;
        *ret_at = at;
        return end - at;
}

static void add_unit(DosPath *path, WCHAR unit) {
        if (path->n < DOS_PATH_MAX)
                path->units[path->n++] = unit;
        else
                path->overflow = true;
}

static void add(DosPath *path, const WCHAR *units, size_t n) {
        for (size_t i = 0; i < n; i++)
                add_unit(path, dos_is_slash(units[i]) ? '\\' : units[i]);
}

static void add_ascii(DosPath *path, const char *text) {
        for (; *text; text++)
                add_unit(path, (unsigned char) *text);
}

static bool ends_with_backslash(const DosPath *path) {
        return path->n > 0 && path->units[path->n - 1] == '\\';
}

/* Units of "\\server\share\", or of as much of it as there is. */
static size_t unc_root(const WCHAR *path, size_t n) {
        size_t at = 2;

        for (unsigned i = 0; i < 2; i++) {
                while (at < n && !dos_is_slash(path[at]))
                        at++;
                if (at < n)
                        at++;
        }
        return at;
}

static size_t root_of(const WCHAR *path, size_t n) {
        return dos_path_type(path, n) == DOS_PATH_UNC ? unc_root(path, n) : n < 3 ? n : 3;
}

/* What is before the part of the path that is its own. Return: where that begins. */
static size_t add_beginning(DosPath *result, const DosPlace *place, const WCHAR *path, size_t n) {
        size_t own = 0;

        switch (dos_path_type(path, n)) {
        case DOS_PATH_UNC:
                own = unc_root(path, n);
                add(result, path, own);
                break;
        case DOS_PATH_DEVICE:
                own = 4;
                add(result, path, own);
                break;
        case DOS_PATH_ROOT_DEVICE:
                own = n;
                add_ascii(result, "\\\\.\\");
                break;
        case DOS_PATH_DRIVE_ABSOLUTE:
                own = 3;
                add(result, path, own);
                break;
        case DOS_PATH_DRIVE_RELATIVE:
                own = 2;
                if (place->drive) {
                        add(result, place->drive, place->n_drive);
                } else {
                        add(result, path, own);
                        add_unit(result, '\\');
                }
                result->n_root = root_of(result->units, result->n);
                return own;
        case DOS_PATH_ROOTED:
                own = 1;
                add(result, place->current, root_of(place->current, place->n_current));
                break;
        case DOS_PATH_UNKNOWN:
        case DOS_PATH_RELATIVE:
                add(result, place->current, place->n_current);
                result->n_root = root_of(result->units, result->n);
                return own;
        }
        result->n_root = result->n;
        return own;
}

static void go_up(DosPath *path) {
        if (path->n > path->n_root && ends_with_backslash(path))
                path->n--;
        while (path->n > path->n_root && path->units[path->n - 1] != '\\')
                path->n--;
        if (path->n > path->n_root)
                path->n--;
}

/* A component. @last: nothing comes behind it, not even a slash. */
static void add_component(DosPath *path, const WCHAR *units, size_t n, bool last) {
        if (n == 1 && units[0] == '.') {
                if (path->n > path->n_root && ends_with_backslash(path))
                        path->n--;
                return;
        }
        if (n == 2 && units[0] == '.' && units[1] == '.') {
                go_up(path);
                return;
        }
        /* One period at the end goes; of more all stay, but at the end of the path. */
        if (!last && n > 1 && units[n - 1] == '.' && units[n - 2] != '.')
                n--;
        if (path->n > 0 && !ends_with_backslash(path))
                add_unit(path, '\\');
        add(path, units, n);
}

static void add_components(DosPath *path, const WCHAR *units, size_t n) {
        size_t at = 0;

        while (at < n) {
                size_t end = at;

                while (end < n && !dos_is_slash(units[end]))
                        end++;
                if (end > at)
                        add_component(path, units + at, end - at, end == n);
                at = end + 1;
        }
}

static void strip_end(DosPath *path) {
        while (path->n > path->n_root &&
                        (path->units[path->n - 1] == '.' || path->units[path->n - 1] == ' '))
                path->n--;
}

static bool is_blank(const WCHAR *path, size_t n) {
        for (size_t i = 0; i < n; i++) {
                if (path[i] != ' ')
                        return false;
        }
        return true;
}

bool dos_path_full(const DosPlace *place, const WCHAR *path, size_t n, DosPath *result) {
        size_t own, n_device, at = 0;

        result->n = result->n_root = 0;
        result->overflow = result->device = false;
        if (is_blank(path, n))
                return false;
        n_device = dos_path_device(path, n, &at);
        if (n_device > 0) {
                add_ascii(result, "\\\\.\\");
                add(result, path + at, n_device);
                result->n_root = result->n;
                result->device = true;
                return !result->overflow;
        }
        own = add_beginning(result, place, path, n);
        add_components(result, path + own, n - own);
        if (own < n && dos_is_slash(path[n - 1])) {
                if (!ends_with_backslash(result))
                        add_unit(result, '\\');
        } else {
                strip_end(result);
        }
        return !result->overflow;
}

size_t dos_path_last(const DosPath *path) {
        size_t at = path->n;

        if (path->device)
                return path->n;
        while (at > 0 && path->units[at - 1] != '\\')
                at--;
        return at > 2 ? at : path->n;
}

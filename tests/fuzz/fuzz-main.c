/*
 * Runs a fuzz target on inputs that exist:
 *
 *     fuzz-rpc [--changes N] [--seed N] FILE|FOLDER...
 *
 * first each as it is, then N random changes of them. An input that ends the program is left in the
 * file crash-input-PID of the current folder, or of $FUZZ_FOLDER.
 */

#include <glib.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

#define INPUT_MOST (512u * 1024u)
#define EDITS_MOST 8

/* The input under way, for the handler of the signal that ends the program. */
static const uint8_t *current;
static size_t current_size;
static char *crash_path;

static void on_crash(int number) {
        FILE *file = fopen(crash_path, "wb");

        if (file) {
                fwrite(current, 1, current_size, file);
                fclose(file);
        }
        signal(number, SIG_DFL);
        raise(number);
}

static void run(const GByteArray *input) {
        current = input->data;
        current_size = input->len;
        LLVMFuzzerTestOneInput(input->data, input->len);
}

static void add_file(GPtrArray *inputs, const char *path) {
        g_autofree char *contents = NULL;
        g_autoptr(GError) error = NULL;
        GByteArray *input;
        gsize size = 0;

        if (!g_file_get_contents(path, &contents, &size, &error))
                g_error("%s", error->message);
        input = g_byte_array_new();
        g_byte_array_append(input, (const guint8 *) contents, (guint) MIN(size, INPUT_MOST));
        g_ptr_array_add(inputs, input);
}

static gint compare_paths(gconstpointer a, gconstpointer b) {
        return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* Sorted, so that a seed means the same everywhere. */
static void add_folder(GPtrArray *inputs, const char *path) {
        g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
        g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
        const char *name;

        while (folder && (name = g_dir_read_name(folder)))
                g_ptr_array_add(paths, g_build_filename(path, name, NULL));
        g_ptr_array_sort(paths, compare_paths);
        for (guint i = 0; i < paths->len; i++)
                add_file(inputs, paths->pdata[i]);
}

/* One edit: a byte, a bit, a piece removed, a piece said twice, or a piece of another input. */
static void edit(GRand *random, GByteArray *input, const GByteArray *other) {
        guint at = input->len > 0 ? g_rand_int(random) % input->len : 0;
        guint length = 1 + g_rand_int(random) % 16;

        if (input->len == 0) {
                g_byte_array_append(input, other->data, other->len);
                return;
        }
        switch (g_rand_int_range(random, 0, 5)) {
        case 0:
                input->data[at] = (guint8) g_rand_int(random);
                break;
        case 1:
                input->data[at] ^= (guint8) (1u << g_rand_int_range(random, 0, 8));
                break;
        case 2:
                g_byte_array_remove_range(input, at, MIN(length, input->len - at));
                break;
        case 3:
                length = MIN(length, input->len - at);
                g_byte_array_set_size(input, input->len + length);
                memmove(input->data + at + length, input->data + at, input->len - at - length);
                break;
        default:
                if (other->len > 0) {
                        guint from = g_rand_int(random) % other->len;

                        g_byte_array_append(input, other->data + from, other->len - from);
                }
                break;
        }
        if (input->len > INPUT_MOST)
                g_byte_array_set_size(input, INPUT_MOST);
}

static void run_changes(const GPtrArray *inputs, guint32 seed, int n_changes) {
        GRand *random = g_rand_new_with_seed(seed);

        for (int i = 0; i < n_changes; i++) {
                const GByteArray *base = inputs->pdata[g_rand_int(random) % inputs->len];
                const GByteArray *other = inputs->pdata[g_rand_int(random) % inputs->len];
                GByteArray *input = g_byte_array_new();
                int n_edits = g_rand_int_range(random, 1, EDITS_MOST);

                g_byte_array_append(input, base->data, base->len);
                for (int j = 0; j < n_edits; j++)
                        edit(random, input, other);
                run(input);
                g_byte_array_unref(input);
        }
        g_rand_free(random);
}

int main(int argc, char **argv) {
        int n_changes = 0, seed = 1;
        g_auto(GStrv) paths = NULL;
        const GOptionEntry entries[] = {
                { "changes", 0, 0, G_OPTION_ARG_INT, &n_changes, "Random changes to run", "N" },
                { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "For their choice", "N" },
                { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &paths, NULL, NULL },
                { 0 },
        };
        g_autoptr(GOptionContext) context = g_option_context_new("FILE|FOLDER...");
        g_autoptr(GPtrArray) inputs =
                        g_ptr_array_new_with_free_func((GDestroyNotify) g_byte_array_unref);
        const char *folder = g_getenv("FUZZ_FOLDER");

        g_option_context_add_main_entries(context, entries, NULL);
        if (!g_option_context_parse(context, &argc, &argv, NULL))
                return EXIT_FAILURE;
        for (char **path = paths; path && *path; path++) {
                if (g_file_test(*path, G_FILE_TEST_IS_DIR))
                        add_folder(inputs, *path);
                else
                        add_file(inputs, *path);
        }
        if (inputs->len == 0) {
                g_printerr("no inputs\n");
                return EXIT_FAILURE;
        }

        crash_path = g_strdup_printf("%s/crash-input-%d", folder ? folder : ".", (int) getpid());
        signal(SIGABRT, on_crash);
        signal(SIGTRAP, on_crash);
        for (guint i = 0; i < inputs->len; i++)
                run(inputs->pdata[i]);
        run_changes(inputs, (guint32) seed, n_changes);
        g_print("%u inputs, %d changes\n", inputs->len, n_changes);
        g_free(crash_path);
        return EXIT_SUCCESS;
}

#include "suite.h"

#include <stdlib.h>

#include "descriptors.h"

int suite_main(const char *name, double seconds, void (*add)(TCase *tests)) {
        Suite *suite = suite_create(name);
        TCase *tests = tcase_create(name);
        SRunner *runner;
        int n_failed, n_run;

        tcase_set_timeout(tests, seconds);
        descriptors_watch(tests);
        add(tests);
        suite_add_tcase(suite, tests);

        runner = srunner_create(suite);
        srunner_run_all(runner, CK_ENV);
        n_failed = srunner_ntests_failed(runner);
        n_run = srunner_ntests_run(runner);
        srunner_free(runner);
        return n_failed == 0 && n_run > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

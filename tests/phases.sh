# Everything that must hold before a change lands: the phases of ./run test, which sources this file.
# A phase that fails does not stop the others; the sum comes last.
# shellcheck shell=bash disable=SC2154 # colours are set by run

all_phases=(format gcc kernel sanitized threads valgrind units)

n_passed=0
n_failed=0
n_skipped=0
failures=()

passed() { # NAME
        n_passed=$((n_passed + 1))
        printf '%sok%s      %s\n' "$green" "$plain" "$1"
}

failed() { # NAME
        n_failed=$((n_failed + 1))
        failures+=("$1")
        printf '%sFAILED%s  %s\n' "$red" "$plain" "$1"
}

# A phase that is one check.
single() { # NAME CMD...
        if "${@:2}"; then passed "$1"; else failed "$1"; fi
}

# Adds Meson's results, one JSON object a line, to the sums.
count_results() { # PHASE LOG
        local result name
        while IFS=$'\t' read -r result name; do
                case $result in
                OK | EXPECTEDFAIL) n_passed=$((n_passed + 1)) ;;
                SKIP)
                        n_skipped=$((n_skipped + 1))
                        printf 'skipped %s: %s\n' "$1" "$name"
                        ;;
                *) failed "$1: $name" ;;
                esac
        done < <(python3 -c '
import json, sys
for line in open(sys.argv[1], encoding="utf-8", errors="replace"):
    test = json.loads(line)
    print(test["result"], test["name"], sep="\t")' "$2")
}

meson_tests() { # PHASE FOLDER [MESON-TEST-OPTION...]
        local phase=$1 log=$2/meson-logs/run-$1.json code=0
        rm -f "$2/meson-logs/run-$1"*.json
        meson test -C "$2" --no-rebuild --print-errorlogs --logbase "run-$1" "${@:3}" || code=$?
        # With --wrap, Meson puts the wrapper into the name.
        log=$(find "$2/meson-logs" -name "run-$1*.json" -print -quit)
        if [[ -z $log ]]; then
                failed "$phase: no results"
                return 0
        fi
        local before=$n_failed
        count_results "$phase" "$log"
        if [[ $code -ne 0 && $n_failed -eq $before ]]; then
                failed "$phase: meson test ended with $code"
        fi
}

# The unit and API tests, one a line, without those named. Never none, for Meson would run all.
tests_but_of() { # SUITES FOLDER NAME...
        local suite suites=()
        for suite in $1; do suites+=(--suite "$suite"); done
        meson test -C "$2" --no-rebuild --list "${suites[@]}" 2>/dev/null |
                sed -n 's|.* / ||p' | grep -vxF "$(printf '%s\n' "${@:3}")" || echo no-test-is-left
}

test_format() {
        single 'format' format --dry-run --Werror
}

# The plain build, which several phases use; one alone makes it too.
built_with_gcc() {
        build build || {
                failed 'build with gcc'
                return 1
        }
}

test_gcc() {
        built_with_gcc || return 0
        meson_tests gcc build
}

# Where no new call of the kernel's is anywhere near.
not_for_another_kernel=(api-combinations api-listing bench-smoke scale-smoke system-calls readme)

# Once more as on Linux 6.1, the oldest that we support: what came later answers as if it were not there.
test_kernel() {
        built_with_gcc || return 0
        local names
        mapfile -t names < <(tests_but_of 'api system' build "${not_for_another_kernel[@]}")
        NTOBJ_TEST_KERNEL=6.1 meson_tests kernel build "${names[@]}"
}

# Clang's warnings, and every test again under its sanitizers. What builds programs of its own, or never
# runs ours, was tested with gcc.
test_sanitized() {
        local folder=build/sanitized
        CC=clang CXX=clang++ build "$folder" -Db_sanitize=address,undefined -Db_lundef=false -Doptimization=1 || {
                failed 'build with clang and sanitizers'
                return 0
        }
        ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1 \
                UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 CK_TIMEOUT_MULTIPLIER=4 \
                meson_tests sanitized "$folder" --timeout-multiplier 4 --no-suite model --no-suite pe
}

not_for_thread_sanitizer=(
        views  # a bare clone() while another thread holds the sanitizer's own locks never gets on
        api-virtual-fork # its runtime takes, in a child, the place that the test has to find free
)

# Their threads are the daemon's workers.
threads_in_the_daemon=(
        api-file api-image api-section-file api-stuck api-users-section-file api-users-stuck
        closer deferred rpc-file rpc-image
)

test_threads() {
        local folder=build/threads tests names targets
        CC=clang CXX=clang++ configure "$folder" -Db_sanitize=thread -Db_lundef=false -Doptimization=1 || {
                failed 'configure with the thread sanitizer'
                return 0
        }
        tests=$(tests/tests-with-threads "$folder" "${threads_in_the_daemon[@]}" |
                grep -vE "^($(IFS='|' && echo "${not_for_thread_sanitizer[*]}")) ") || {
                failed 'which tests have threads'
                return 0
        }
        mapfile -t names < <(cut -d ' ' -f 1 <<<"$tests")
        mapfile -t targets < <(cut -d ' ' -f 2 <<<"$tests")
        ninja -C "$folder" server/ntobjd "${targets[@]}" || {
                failed 'build with the thread sanitizer'
                return 0
        }
        TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1 CK_TIMEOUT_MULTIPLIER=6 \
                meson_tests threads "$folder" --timeout-multiplier 6 "${names[@]}"
}

# What Debian's valgrind cannot run; the sanitizers look at these.
not_for_valgrind=(
        process-page process-page-steps           # stress of shared words: minutes, and no heap to look at
        directory entry-list                      # hundreds of thousands of names: minutes
        commit-bitmap closer cli-script-source    # the same calls over and over
        process rpc-process thread-object rpc-thread # it has no pidfd_open()
        rpc-file rpc-section-file rpc-image       # the same
        connection                                # it keeps RLIMIT_NOFILE to itself
        daemon-start fork                         # it does not follow a bare clone()
        exec trace                                # nor an exec of /proc/self/exe
        views                                     # it takes MAP_FIXED_NOREPLACE for a hint
        guard-page fault                          # a fault that is wanted is an error all the same
        image-memory                              # what changed just now is old when it gets there
        crt-other                                 # it grows no stack that is touched far below its end
        rtl-format rtl-time dos-path              # minutes, mostly without the heap
        probe                                     # recovery needs the address of the very instruction
)

# Of the API, a suite for each noun: what the library does with memory of its own. The address
# sanitizer has them all, and valgrind takes twenty times as long.
api_for_valgrind=(
        api-directory api-duplicate api-file api-image api-kernel api-object api-permanent
        api-private-namespace api-process api-security api-symbolic-link api-thread api-token api-view
        api-virtual-protect
)

# Programs that a test starts, the daemon among them, run by themselves.
test_valgrind() {
        local valgrind=(
                valgrind --quiet --error-exitcode=99 --leak-check=full
                --show-leak-kinds=definite --errors-for-leak-kinds=definite
                --vex-iropt-register-updates=allregs-at-mem-access
                "--suppressions=$(printf '%q' "$PWD/tests/valgrind.supp")"
        )
        local names
        built_with_gcc || return 0
        mapfile -t names < <(tests_but_of unit build "${not_for_valgrind[@]}")
        names+=("${api_for_valgrind[@]}")
        CK_TIMEOUT_MULTIPLIER=20 meson_tests valgrind build --timeout-multiplier 20 \
                --wrap "${valgrind[*]}" "${names[@]}"
}

verify_unit() { # UNIT RUNTIME-FOLDER
        local scope=--system report code=0
        [[ $1 != */user/* ]] || scope=--user
        report=$(XDG_RUNTIME_DIR=$2 SYSTEMD_UNIT_PATH=$(dirname "$1"): \
                systemd-analyze "$scope" verify --man=no "$1" 2>&1) || code=1
        # What it merely warns about ends with 0; other units of the machine are not ours to judge.
        if [[ $code -ne 0 || $report == *ntobjd* ]]; then
                printf '%s\n' "$report"
                return 1
        fi
}

verify_units() {
        local folder=$PWD/build/verified unit units code=0
        rm -rf "$folder"
        DESTDIR=$folder meson install -C build --no-rebuild --quiet || return 1
        mapfile -t units < <(find "$folder" -name 'ntobjd*.service' -o -name 'ntobjd*.socket')
        if [[ ${#units[@]} -eq 0 ]]; then
                echo 'no units were installed'
                return 1
        fi
        for unit in "${units[@]}"; do
                # The unit names the program where it will be; for the check it has to be there.
                sed -i "s|^Exec\([A-Za-z]*\)=\([-@:+!]*\)/|Exec\1=\2$folder/|" "$unit"
        done
        mkdir -m 700 "$folder/runtime"
        for unit in "${units[@]}"; do
                verify_unit "$unit" "$folder/runtime" || code=1
        done
        return $code
}

test_units() {
        built_with_gcc || return 0
        single 'systemd units' verify_units
}

# The last line is for machines, whatever happened before it.
summary() {
        local code=$? failure
        if [[ $code -ne 0 && $n_failed -eq 0 ]]; then
                failed 'run test ended early'
        fi
        for failure in "${failures[@]}"; do
                printf 'failed: %s\n' "$failure"
        done
        [[ $n_skipped -eq 0 ]] || printf '%d skipped\n' "$n_skipped"
        printf '%d passed, %d failed\n' "$n_passed" "$n_failed"
        [[ $n_failed -eq 0 ]] || exit 1
}

run_tests() { # [PHASE...]
        local phases=("$@") phase started
        [[ $# -gt 0 ]] || phases=("${all_phases[@]}")
        for phase in "${phases[@]}"; do
                [[ " ${all_phases[*]} " == *" $phase "* ]] ||
                        fail 2 "there is no phase $phase, only: ${all_phases[*]}"
        done
        trap summary EXIT
        trap 'exit 130' INT
        trap 'exit 143' TERM
        for phase in "${phases[@]}"; do
                say "$phase"
                started=$SECONDS
                "test_$phase"
                printf '        %s took %d s\n' "$phase" $((SECONDS - started))
        done
}


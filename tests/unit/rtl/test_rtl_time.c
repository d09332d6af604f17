#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zw/ntrtl.h>

#include "assert-status.h"
#include "ntstatus.h"
#include "suite.h"

static LARGE_INTEGER time_of(SHORT year, SHORT month, SHORT day, SHORT hour) {
        TIME_FIELDS fields = { .Year = year, .Month = month, .Day = day, .Hour = hour };
        LARGE_INTEGER result = { .QuadPart = -1 };

        ck_assert(RtlTimeFieldsToTime(&fields, &result));
        return result;
}

static void zone(const char *name) {
        setenv("TZ", name, 1);
        tzset();
}

START_TEST(leap_days_are_those_of_the_gregorian_calendar) {
        static const struct {
                SHORT year;
                BOOLEAN leap;
        } rows[] = { { 1601, 0 }, { 1604, 1 }, { 1700, 0 }, { 1900, 0 }, { 2000, 1 }, { 2023, 0 },
                { 2024, 1 }, { 2100, 0 }, { 2400, 1 }, { 30824, 1 } };

        for (size_t i = 0; i < RTL_NUMBER_OF(rows); i++) {
                TIME_FIELDS fields = { .Year = rows[i].year, .Month = 2, .Day = 29 };
                LARGE_INTEGER unused;

                ck_assert_uint_eq(RtlTimeFieldsToTime(&fields, &unused), rows[i].leap);
        }
        ck_assert_int_eq(time_of(1601, 1, 1, 0).QuadPart, 0);
        ck_assert_int_eq(time_of(1970, 1, 1, 0).QuadPart, 116444736000000000);
}
END_TEST

START_TEST(every_day_of_800_years_comes_back) {
        LARGE_INTEGER at = { .QuadPart = 0 };

        for (int day = 0; day < 2 * 146097; day++, at.QuadPart += 864000000000) {
                TIME_FIELDS fields;
                LARGE_INTEGER back;

                RtlTimeToTimeFields(&at, &fields);
                ck_assert_int_eq(fields.Weekday, (day + 1) % 7);
                ck_assert(RtlTimeFieldsToTime(&fields, &back));
                ck_assert_int_eq(back.QuadPart, at.QuadPart);
        }
}
END_TEST

START_TEST(spans_are_days_and_less) {
        LARGE_INTEGER span = { .QuadPart = ((3 * 24 + 4) * 3600ll + 5 * 60 + 6) * 10000000 +
                                           70000 };
        TIME_FIELDS fields;

        RtlTimeToElapsedTimeFields(&span, &fields);
        ck_assert_int_eq(fields.Year, 0);
        ck_assert_int_eq(fields.Day, 3);
        ck_assert_int_eq(fields.Hour, 4);
        ck_assert_int_eq(fields.Minute, 5);
        ck_assert_int_eq(fields.Second, 6);
        ck_assert_int_eq(fields.Milliseconds, 7);
}
END_TEST

START_TEST(the_last_sunday_is_found_in_months_of_four_and_five) {
        TIME_FIELDS rule = { .Month = 3, .Day = 5, .Hour = 2, .Weekday = 0 };
        LARGE_INTEGER now = time_of(2023, 1, 15, 0), at;

        ck_assert(RtlCutoverTimeToSystemTime(&rule, &at, &now, TRUE));
        ck_assert_int_eq(at.QuadPart, time_of(2023, 3, 26, 2).QuadPart);
        now = time_of(2023, 6, 1, 0);
        ck_assert(RtlCutoverTimeToSystemTime(&rule, &at, &now, TRUE));
        ck_assert_int_eq(at.QuadPart, time_of(2023, 3, 26, 2).QuadPart);
        ck_assert(RtlCutoverTimeToSystemTime(&rule, &at, &now, FALSE));
        ck_assert_int_eq(at.QuadPart, time_of(2024, 3, 31, 2).QuadPart);
        rule.Day = 2;
        ck_assert(RtlCutoverTimeToSystemTime(&rule, &at, &now, TRUE));
        ck_assert_int_eq(at.QuadPart, time_of(2023, 3, 12, 2).QuadPart);
        rule.Day = 6;
        ck_assert(!RtlCutoverTimeToSystemTime(&rule, &at, &now, TRUE));
}
END_TEST

START_TEST(a_zone_with_daylight_saving_tells_both_its_dates) {
        RTL_TIME_ZONE_INFORMATION information;

        zone("CET-1CEST,M3.5.0,M10.5.0/3");
        ck_assert_status(RtlQueryTimeZoneInformation(&information), STATUS_SUCCESS);
        ck_assert_int_eq(information.Bias, -60);
        ck_assert_int_eq(information.StandardBias, 0);
        ck_assert_int_eq(information.DaylightBias, -60);
        ck_assert_int_eq(information.DaylightDate.Month, 3);
        ck_assert_int_eq(information.DaylightDate.Day, 5);
        ck_assert_int_eq(information.DaylightDate.Weekday, 0);
        ck_assert_int_eq(information.DaylightDate.Hour, 2);
        ck_assert_int_eq(information.StandardDate.Month, 10);
        ck_assert_int_eq(information.StandardDate.Day, 5);
        ck_assert_int_eq(information.StandardDate.Hour, 3);
        ck_assert_mem_eq(information.StandardName, u"CET", 8);
        ck_assert_mem_eq(information.DaylightName, u"CEST", 10);
        zone("EST5EDT,M3.2.0,M11.1.0");
        ck_assert_status(RtlQueryTimeZoneInformation(&information), STATUS_SUCCESS);
        ck_assert_int_eq(information.Bias, 300);
        ck_assert_int_eq(information.DaylightDate.Day, 2);
        ck_assert_int_eq(information.StandardDate.Month, 11);
        ck_assert_int_eq(information.StandardDate.Day, 1);
        ck_assert_int_eq(information.StandardDate.Hour, 2);
}
END_TEST

START_TEST(a_zone_without_daylight_saving_has_no_dates) {
        RTL_DYNAMIC_TIME_ZONE_INFORMATION information;
        LARGE_INTEGER utc = { .QuadPart = 200000000000 }, local, back;

        zone("IST-5:30");
        ck_assert_status(RtlQueryDynamicTimeZoneInformation(&information), STATUS_SUCCESS);
        ck_assert_int_eq(information.Bias, -330);
        ck_assert_int_eq(information.DaylightDate.Month, 0);
        ck_assert_int_eq(information.StandardDate.Month, 0);
        ck_assert_uint_eq(information.TimeZoneKeyName[0], 0);
        ck_assert_status(RtlSystemTimeToLocalTime(&utc, &local), STATUS_SUCCESS);
        ck_assert_int_eq(local.QuadPart - utc.QuadPart, 330 * 60 * 10000000ll);
        ck_assert_status(RtlLocalTimeToSystemTime(&local, &back), STATUS_SUCCESS);
        ck_assert_int_eq(back.QuadPart, utc.QuadPart);
        ck_assert_status(RtlSetTimeZoneInformation(NULL), STATUS_PRIVILEGE_NOT_HELD);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, leap_days_are_those_of_the_gregorian_calendar);
        tcase_add_test(tests, every_day_of_800_years_comes_back);
        tcase_add_test(tests, spans_are_days_and_less);
        tcase_add_test(tests, the_last_sunday_is_found_in_months_of_four_and_five);
        tcase_add_test(tests, a_zone_with_daylight_saving_tells_both_its_dates);
        tcase_add_test(tests, a_zone_without_daylight_saving_has_no_dates);
}

int main(void) {
        return suite_main("rtl-time", 20, add_tests);
}

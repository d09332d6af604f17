#include "calendar.h"

#define DAYS_PER_400_YEARS 146097
#define DAYS_PER_100_YEARS 36524
#define DAYS_PER_4_YEARS   1461
#define DAYS_PER_YEAR      365

/* Days of a year before each month. */
static const int before_month[2][13] = {
        { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365 },
        { 0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366 },
};

static bool is_leap(int64_t year) {
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int64_t calendar_days(int64_t year, int month, int day) {
        int64_t years = year - 1601;

        return years * DAYS_PER_YEAR + years / 4 - years / 100 + years / 400 +
               before_month[is_leap(year)][month - 1] + day - 1;
}

int calendar_days_in_month(int64_t year, int month) {
        const int *before = before_month[is_leap(year)];

        return before[month] - before[month - 1];
}

void calendar_date(int64_t days, int64_t *ret_year, int *ret_month, int *ret_day) {
        int64_t n_400 = days / DAYS_PER_400_YEARS, n_100, n_4, n_1;
        const int *before;
        int month = 1;

        days %= DAYS_PER_400_YEARS;
        n_100 = days / DAYS_PER_100_YEARS;
        n_100 -= n_100 / 4; /* the last day of the 400 years */
        days -= n_100 * DAYS_PER_100_YEARS;
        n_4 = days / DAYS_PER_4_YEARS;
        days %= DAYS_PER_4_YEARS;
        n_1 = days / DAYS_PER_YEAR;
        n_1 -= n_1 / 4; /* the last day of the four years */
        days -= n_1 * DAYS_PER_YEAR;

        *ret_year = 1601 + n_400 * 400 + n_100 * 100 + n_4 * 4 + n_1;
        before = before_month[is_leap(*ret_year)];
        while (days >= before[month])
                month++;
        *ret_month = month;
        *ret_day = (int) (days - before[month - 1]) + 1;
}

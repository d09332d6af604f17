#pragma once

/*
 * The calendar: Gregorian, also before there was one
 */

#include <stdbool.h>
#include <stdint.h>

#define TICKS_PER_MILLISECOND 10000ll
#define TICKS_PER_SECOND      10000000ll
#define SECONDS_PER_DAY       86400ll
#define SECONDS_1601_TO_1970  11644473600ll
#define SECONDS_1601_TO_1980  11960006400ll

/* Days from the beginning of 1601 to a date; months count from 1. */
int64_t calendar_days(int64_t year, int month, int day);
int calendar_days_in_month(int64_t year, int month);

/* 0 is Sunday. */
static inline int calendar_weekday(int64_t days) {
        return (int) ((days + 1) % 7); /* 1601 began with a Monday */
}

/* The date that is so many days after the beginning of 1601. */
void calendar_date(int64_t days, int64_t *ret_year, int *ret_month, int *ret_day);

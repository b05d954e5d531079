#include "bench.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 200 };

static struct row rows[MOST];
static size_t n_rows;

static struct note {
    const char *section;
    char text[240];
} notes[MOST];
static size_t n_notes;

void report_row(const struct row *row)
{
    if (n_rows < MOST) {
        rows[n_rows] = *row;
        rows[n_rows].name = strdup(row->name);
        if (!rows[n_rows].name) {
            die("out of memory");
        }
        n_rows++;
    }
}

void report_note(const char *section, const char *format, ...)
{
    if (n_notes < MOST) {
        va_list args;

        va_start(args, format);
        vsnprintf(notes[n_notes].text, sizeof(notes[n_notes].text), format, args);
        va_end(args);
        notes[n_notes++].section = section;
    }
}

static bool met(const struct row *row)
{
    return row->aim_is_least ? row->value >= row->aim : row->value <= row->aim;
}

static void show_notes(const char *section)
{
    for (size_t i = 0; i < n_notes; i++) {
        if (strcmp(notes[i].section, section) == 0) {
            printf("  (%s)\n", notes[i].text);
        }
    }
}

/* Sections that have nothing but a remark come last. */
static bool has_rows(const char *section)
{
    for (size_t i = 0; i < n_rows; i++) {
        if (strcmp(rows[i].section, section) == 0) {
            return true;
        }
    }
    return false;
}

void report_table(void)
{
    const char *section = "";

    for (size_t i = 0; i < n_rows; i++) {
        const struct row *row = &rows[i];

        if (strcmp(row->section, section) != 0) {
            section = row->section;
            printf("%s%s\n", i ? "\n" : "", section);
            show_notes(section);
        }
        printf("  %-58s %10.2f %-4s", row->name, row->value, row->unit);
        if (row->aim > 0) {
            printf("  aim %s %g: %s", row->aim_is_least ? ">=" : "<=", row->aim, met(row) ? "met" : "MISSED");
        }
        putchar('\n');
    }
    for (size_t i = 0; i < n_notes; i++) {
        if (!has_rows(notes[i].section)) {
            printf("\n%s\n  (%s)\n", notes[i].section, notes[i].text);
        }
    }
}

static void json_string(const char *s)
{
    putchar('"');
    for (; *s; s++) {
        if (*s == '"' || *s == '\\') {
            putchar('\\');
        }
        putchar(*s);
    }
    putchar('"');
}

void report_json(void)
{
    printf("{\"version\":");
    json_string(dx_version());
    printf(",\"results\":[");
    for (size_t i = 0; i < n_rows; i++) {
        const struct row *row = &rows[i];

        printf("%s\n{\"section\":", i ? "," : "");
        json_string(row->section);
        printf(",\"name\":");
        json_string(row->name);
        printf(",\"value\":%.6g,\"unit\":", row->value);
        json_string(row->unit);
        if (row->aim > 0) {
            printf(",\"aim\":%g,\"aimIs\":\"%s\",\"met\":%s", row->aim, row->aim_is_least ? "least" : "most",
                   met(row) ? "true" : "false");
        }
        putchar('}');
    }
    printf("],\n\"notes\":[");
    for (size_t i = 0; i < n_notes; i++) {
        printf("%s\n{\"section\":", i ? "," : "");
        json_string(notes[i].section);
        printf(",\"text\":");
        json_string(notes[i].text);
        putchar('}');
    }
    printf("]}\n");
}

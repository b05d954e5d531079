#include "nearest.h"

/* Capitals are a slip of the hand, and no other word. */
static bool same_letter(char a, char b)
{
    a = (char)(a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a);
    b = (char)(b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b);
    return a == b;
}

/* Whether the word is the beginning of the candidate, and enough of one to tell. */
static bool begins(const char *candidate, const char *word)
{
    size_t i = 0;

    while (word[i] && same_letter(candidate[i], word[i])) {
        i++;
    }
    return i >= 3 && !word[i];
}

size_t dx_edit_distance(const char *a, const char *b)
{
    size_t row[64];
    size_t la = strlen(a), lb = strlen(b);

    if (la >= 64 || lb >= 64) {
        return SIZE_MAX;
    }
    for (size_t j = 0; j <= lb; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= la; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= lb; j++) {
            size_t above = row[j];
            size_t best = diagonal + !same_letter(a[i - 1], b[j - 1]);

            if (above + 1 < best) {
                best = above + 1;
            }
            if (row[j - 1] + 1 < best) {
                best = row[j - 1] + 1;
            }
            /* Two letters swapped are one slip, not two. */
            if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) && same_letter(a[i - 2], b[j - 1]) &&
                !same_letter(a[i - 1], b[j - 1]) && best > 1) {
                best = best - 1;
            }
            diagonal = above;
            row[j] = best;
        }
    }
    return row[lb];
}

const char *dx_nearest(const char *word, const char *const *candidates)
{
    size_t limit = strlen(word) < 4 ? 1 : strlen(word) / 3 + 1;
    size_t least = limit + 1;
    const char *nearest = NULL;

    for (; *candidates; candidates++) {
        size_t distance = dx_edit_distance(word, *candidates);

        if (distance > limit && begins(*candidates, word)) {
            distance = limit;
        }
        if (distance < least && distance < strlen(*candidates)) {
            least = distance;
            nearest = *candidates;
        }
    }
    return nearest;
}

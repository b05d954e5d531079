/* The corpus: its documents, its tables, and the errors of documents that its schema takes. */
#ifndef DX_TEST_CORPUS_H
#define DX_TEST_CORPUS_H

#include "support.h"

/* A document; ptr == NULL when it cannot be read. */
struct t_bytes t_corpus_read(const char *folder, const char *name);

enum { T_COLUMNS = 4 };

/* A table, line by line; its heading is passed over. */
struct t_table {
    struct t_bytes bytes;
    char *at;
    const char *columns[T_COLUMNS]; /* of the line that was read last; "" for those it has not */
};

/* The test fails when there is no such table. */
void t_table_open(struct t_table *table, const char *name);
bool t_table_next(struct t_table *table);
void t_table_close(struct t_table *table);

/* True when libvirt refuses that document by that rule, though the schema takes it. */
bool t_is_excused(const char *file, const char *rule);

/* Complains of what was not asked for yet in this program; gives how many there are. */
size_t t_excuses_left(void);

#endif

/* Validation: schema, rules and requirements put together, told in the order of the document. */
#include "domain.h"
#include "schema.h"

static const struct dx_validate_options defaults = {.size = sizeof defaults, .level = DX_LEVEL_START};

/* Reports what was found and is not disabled. */
static int report(size_t *errors, struct dx_doc *doc, const struct dx_findings *findings)
{
    int rc = DX_OK;

    for (size_t i = 0; rc == DX_OK && i < findings->n; i++) {
        const struct dx_finding *finding = &findings->items[i];

        *errors += dx_finding_severity(finding, NULL) == DX_SEVERITY_ERROR;
        rc = dx_finding_report(doc->ctx, doc, finding, 0, NULL);
    }
    return rc;
}

int dx_doc_validate(size_t *errors, struct dx_doc *doc, const struct dx_validate_options *opts)
{
    struct dx_target target;
    struct dx_findings findings;
    int rc;

    *errors = 0;
    opts = opts ? opts : &defaults;
    if (opts->size != sizeof *opts) {
        dx_ctx_report(doc->ctx, DX_LEVEL_USAGE, DX_SEVERITY_ERROR, NULL,
                      "set size to sizeof(struct dx_validate_options)", "validate options of an unknown size");
        return DX_EUSAGE;
    }
    target = dx_domain_target(doc, opts->assume_arch);
    rc = dx_rules_run(&findings, doc, &(struct dx_rule_scope){&target, opts->level, opts->target, false});
    if (rc == DX_OK && opts->schema) {
        rc = dx_schema_check(&findings, doc, opts->schema);
    }
    if (rc == DX_OK) {
        rc = report(errors, doc, &findings);
    }
    dx_findings_free(&findings);
    return rc;
}

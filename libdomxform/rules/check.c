/* All findings of a document as diagnostics. */
#include "../domain.h"
#include "../rules.h"

int dx_doc_check(size_t *errors, struct dx_doc *doc, const struct dx_run_options *opts)
{
    struct dx_target target = dx_domain_target(doc, opts ? opts->assume_arch : NULL);
    struct dx_findings findings;
    int rc = dx_rules_run(&findings, doc, &target);

    *errors = 0;
    for (size_t i = 0; rc == DX_OK && i < findings.n; i++) {
        enum dx_severity severity = dx_finding_severity(&findings.items[i], opts);

        *errors += severity == DX_SEVERITY_ERROR;
        rc = dx_finding_report(doc->ctx, doc, &findings.items[i], (int)severity, NULL);
    }
    dx_findings_free(&findings);
    return rc;
}

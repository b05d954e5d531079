/* DOC: the domain itself. */
#include "facts.h"

void dx_check_document(struct dx_facts *facts)
{
    if (facts->target->type == DX_TYPE_NONE) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_DOC_P02, .node = facts->domain});
    } else if (facts->target->type == DX_TYPE_UNKNOWN) {
        struct dx_str type = facts->target->type_name;

        dx_facts_raise(
            facts, &(struct dx_finding){
                       .rule = DX_RULE_DOC_P02B, .node = facts->domain, .attr = "type", .value = type, .args = {type}});
    }
}

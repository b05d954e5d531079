/* What each pattern of RELAX NG takes and what it does not. */
#include "verdicts.h"

/* Patterns in few letters. */
#define E(name) "<element name='" #name "'><empty/></element>"
#define EL(name, inside) "<element name='" #name "'>" inside "</element>"
#define AT(name) "<attribute name='" #name "'/>"
#define REF(name) "<ref name='" #name "'/>"
#define DEF(name, inside) "<define name='" #name "'>" inside "</define>"
#define DEFBY(by, name, inside) "<define name='" #name "' combine='" by "'>" inside "</define>"
#define CHOICE(inside) "<choice>" inside "</choice>"
#define GROUP(inside) "<group>" inside "</group>"
#define INTER(inside) "<interleave>" inside "</interleave>"
#define OPT(inside) "<optional>" inside "</optional>"
#define STAR(inside) "<zeroOrMore>" inside "</zeroOrMore>"
#define PLUS(inside) "<oneOrMore>" inside "</oneOrMore>"
#define MIXED(inside) "<mixed>" inside "</mixed>"
#define LIST(inside) "<list>" inside "</list>"

TEST(patterns_of_elements)
{
    static const struct t_verdicts rows[] = {
        {"element",
         E(a),
         NULL,
         {"<a/>", " <a> </a>\n", "<!-- c --><a><?pi?></a>"},
         {"", "<a/><a/>", "<b/>", "x<a/>", "<a>x</a>", "<a b=''/>", "<A/>", "<a/>x", "<a><![CDATA[x]]></a>"}},
        {"empty", "<empty/>", NULL, {"", "  \n", "<!--c-->", "<domain/>"}, {"<a/>", "x", "<domain a=''/>", "&#x200b;"}},
        {"text", "<text/>", NULL, {"", "x", "<![CDATA[<a/>]]>", "&amp;", "a<!-- -->b"}, {"<a/>", "x<a/>"}},
        {"not allowed", CHOICE(E(a) "<notAllowed/>"), NULL, {"<a/>"}, {"", "<b/>"}},
        {"not allowed in a group", CHOICE(E(b) GROUP(E(a) "<notAllowed/>")), NULL, {"<b/>"}, {"", "<a/>"}},
        {"not allowed in an element", CHOICE(E(b) EL(a, "<notAllowed/>")), NULL, {"<b/>"}, {"<a/>"}},
        {"group", E(a) E(b) E(c), NULL, {"<a/><b/><c/>"}, {"<a/><b/>", "<a/><c/><b/>", "<b/><c/>", "<a/><b/><c/><c/>"}},
        {"a group in a group", GROUP(E(a) GROUP(E(b))) E(c), NULL, {"<a/><b/><c/>"}, {"<b/><a/><c/>", "<a/><c/>"}},
        {"choice", CHOICE(E(a) E(b) "<text/>"), NULL, {"<a/>", "<b/>", "x", ""}, {"<a/><b/>", "<c/>", "x<a/>"}},
        {"a choice whose ways begin alike",
         CHOICE(GROUP(E(a) E(b)) GROUP(E(a) E(c))),
         NULL,
         {"<a/><b/>", "<a/><c/>"},
         {"<a/>", "<a/><b/><c/>", "<b/>"}},
        {"a choice of elements of a name",
         CHOICE(EL(a, AT(x)) EL(a, E(b)) EL(a, "<data type='int'/>")),
         NULL,
         {"<a x=''/>", "<a><b/></a>", "<a>1</a>"},
         {"<a/>", "<a x=''><b/></a>", "<a>b</a>", "<a x=''>1</a>"}},
        {"optional", OPT(E(a)) E(b), NULL, {"<b/>", "<a/><b/>"}, {"<a/>", "<a/><a/><b/>", "<b/><a/>"}},
        {"optional of two", OPT(E(a) E(b)) E(c), NULL, {"<c/>", "<a/><b/><c/>"}, {"<a/><c/>", "<b/><c/>"}},
        {"zero or more", STAR(E(a)) E(b), NULL, {"<b/>", "<a/><b/>", "<a/><a/><a/><b/>"}, {"<a/>", "<b/><a/>"}},
        {"zero or more of two",
         STAR(E(a) E(b)),
         NULL,
         {"", "<a/><b/>", "<a/><b/><a/><b/>"},
         {"<a/>", "<a/><b/><a/>", "<b/><a/>", "<a/><a/>"}},
        {"one or more", PLUS(E(a)), NULL, {"<a/>", "<a/><a/>"}, {"", "<b/>", "<a/><b/>"}},
        {"one or more of a choice",
         PLUS(CHOICE(E(a) GROUP(E(a) E(b)))),
         NULL,
         {"<a/>", "<a/><b/>", "<a/><a/><b/><a/>"},
         {"<b/>", "<a/><b/><b/>"}},
        {"mixed", MIXED(E(a) E(b)), NULL, {"<a/><b/>", "x<a/>y<b/>z"}, {"x", "<b/>x<a/>"}},
        {"mixed without elements", MIXED("<empty/>"), NULL, {"", "x"}, {"<a/>"}},
        {"deeper",
         EL(a, EL(b, EL(c, "<text/>") OPT(E(d)))),
         NULL,
         {"<a><b><c/></b></a>", "<a><b><c>x</c><d/></b></a>"},
         {"<a><b><d/></b></a>", "<a><c/></a>", "<a/>"}},
    };

    t_verdicts_check(rows, COUNT(rows));
}

TEST(interleave)
{
    static const struct t_verdicts rows[] = {
        {"all orders",
         INTER(E(a) E(b) E(c)),
         NULL,
         {"<a/><b/><c/>", "<a/><c/><b/>", "<b/><a/><c/>", "<b/><c/><a/>", "<c/><a/><b/>", "<c/><b/><a/>"},
         {"", "<a/><b/>", "<a/><b/><c/><a/>", "<a/><b/><d/><c/>"}},
        {"A B A B",
         INTER(GROUP(E(a) E(b)) GROUP(E(c) E(d))),
         NULL,
         {"<a/><b/><c/><d/>", "<a/><c/><b/><d/>", "<c/><a/><d/><b/>", "<a/><c/><d/><b/>"},
         {"<b/><a/><c/><d/>", "<a/><d/><b/><c/>", "<a/><b/><c/>"}},
        {"interleaves in an interleave",
         INTER(INTER(E(a) OPT(E(b))) INTER(E(c) OPT(E(d)))),
         NULL,
         {"<a/><c/>", "<c/><a/>", "<a/><c/><b/><d/>", "<d/><b/><c/><a/>", "<b/><d/><a/><c/>"},
         {"<a/>", "<a/><c/><b/><b/>", "<b/><d/>"}},
        {"interleaves behind references",
         INTER(REF(ids) REF(resources)),
         DEF(ids, INTER(E(name) OPT(E(uuid)))) DEF(resources, INTER(OPT(E(memory)) OPT(E(vcpu)))),
         {"<name/><vcpu/><uuid/><memory/>", "<memory/><uuid/><vcpu/><name/>", "<vcpu/><name/>"},
         {"<vcpu/>", "<name/><vcpu/><uuid/><vcpu/>"}},
        {"zero or more in an interleave",
         INTER(STAR(E(a)) STAR(E(b)) E(c)),
         NULL,
         {"<c/>", "<a/><b/><a/><c/><b/><a/>", "<c/><a/>"},
         {"<a/>", "<c/><a/><c/>"}},
        {"groups repeated in an interleave",
         INTER(PLUS(E(a) E(b)) OPT(E(c))),
         NULL,
         {"<a/><b/>", "<a/><c/><b/>", "<a/><b/><a/><c/><b/>"},
         {"<a/><c/>", "<c/>", "<a/><a/><b/>"}},
        {"zero or more interleaves",
         STAR(INTER(E(a) E(b))),
         NULL,
         {"", "<b/><a/><a/><b/>", "<a/><b/><a/><b/>"},
         {"<a/><a/><b/><b/>", "<a/>"}},
        {"text in an interleave",
         INTER("<text/>" E(a) E(b)),
         NULL,
         {"<b/>x<a/>", "x<a/>y<b/>z", "<a/><b/>"},
         {"x<a/>"}},
        {"attributes in an interleave",
         INTER(AT(x) E(a) OPT(AT(y))),
         NULL,
         {"<domain x=''><a/></domain>", "<domain y='' x=''><a/></domain>"},
         {"<a/>", "<domain x=''/>", "<domain y=''><a/></domain>"}},
        {"the same element twice",
         INTER(EL(a, E(x)) EL(b, "<empty/>") EL(c, E(x))),
         NULL,
         {"<c><x/></c><b/><a><x/></a>"},
         {"<a/><b/><c><x/></c>"}},
        {"a choice in an interleave",
         INTER(CHOICE(E(a) GROUP(E(b) E(c))) OPT(E(d))),
         NULL,
         {"<a/>", "<d/><a/>", "<b/><d/><c/>", "<b/><c/>"},
         {"<a/><b/>", "<d/>", "<c/><b/>"}},
    };

    t_verdicts_check(rows, COUNT(rows));
}

TEST(attributes)
{
    static const struct t_verdicts rows[] = {
        {"attribute",
         EL(a, AT(x)),
         NULL,
         {"<a x=''/>", "<a x='1'> </a>", "<a x='1'><!-- --></a>"},
         {"<a/>", "<a y=''/>", "<a x='' y=''/>", "<a x=''>t</a>"}},
        {"optional", EL(a, OPT(AT(x)) OPT(AT(y))), NULL, {"<a/>", "<a x=''/>", "<a y='' x=''/>"}, {"<a z=''/>"}},
        {"optional together", EL(a, OPT(AT(x) AT(y))), NULL, {"<a/>", "<a y='' x=''/>"}, {"<a x=''/>", "<a y=''/>"}},
        {"choice", EL(a, CHOICE(AT(x) AT(y))), NULL, {"<a x=''/>", "<a y=''/>"}, {"<a/>", "<a x='' y=''/>"}},
        {"attribute or element",
         EL(a, CHOICE(AT(x) E(x))),
         NULL,
         {"<a x=''/>", "<a><x/></a>"},
         {"<a/>", "<a x=''><x/></a>"}},
        {"behind elements in the schema", EL(a, E(b) AT(x)), NULL, {"<a x=''><b/></a>"}, {"<a><b/></a>", "<a x=''/>"}},
        {"values decide",
         EL(a, CHOICE(GROUP("<attribute name='t'><value>x</value></attribute>" E(b))
                          GROUP("<attribute name='t'><value>y</value></attribute>" E(c)))),
         NULL,
         {"<a t='x'><b/></a>", "<a t='y'><c/></a>"},
         {"<a t='x'><c/></a>", "<a t='z'><b/></a>", "<a><b/></a>"}},
        {"values decide about attributes",
         EL(a, CHOICE(GROUP("<attribute name='t'><value>x</value></attribute>" AT(u))
                          GROUP("<attribute name='t'><value>y</value></attribute>" OPT(AT(v))))),
         NULL,
         {"<a t='x' u=''/>", "<a u='' t='x'/>", "<a t='y'/>", "<a v='' t='y'/>"},
         {"<a t='x'/>", "<a t='x' v=''/>", "<a t='y' u=''/>", "<a u='' v='' t='y'/>"}},
        {"with text beside", EL(a, AT(x) "<text/>"), NULL, {"<a x=''>t</a>", "<a x=''/>"}, {"<a>t</a>"}},
        {"of many names",
         EL(a, "<oneOrMore><attribute><anyName/></attribute></oneOrMore>"),
         NULL,
         {"<a x=''/>", "<a x='' y='' z=''/>"},
         {"<a/>"}},
        {"with a value by default any", EL(a, AT(x)), NULL, {"<a x='&lt;&#10;'/>"}, {"<a X=''/>"}},
        {"not allowed", EL(a, OPT("<attribute name='x'><notAllowed/></attribute>")), NULL, {"<a/>"}, {"<a x=''/>"}},
        {"empty value",
         EL(a, "<attribute name='x'><empty/></attribute>"),
         NULL,
         {"<a x=''/>", "<a x=' '/>"},
         {"<a x='1'/>", "<a/>"}},
        {"declarations of namespaces are none",
         EL(a, "<empty/>"),
         NULL,
         {"<a xmlns:q='urn:q'/>"},
         {"<a xmlns='urn:q'/>", "<a xml:lang='en'/>"}},
    };

    t_verdicts_check(rows, COUNT(rows));
}

TEST(definitions)
{
    static const struct t_verdicts rows[] = {
        {"a reference", REF(x), DEF(x, E(a)), {"<a/>"}, {"", "<x/>"}},
        {"a definition of two is a group", REF(x), DEF(x, E(a) E(b)), {"<a/><b/>"}, {"<b/><a/>", "<a/>"}},
        {"a reference twice", REF(x) REF(x), DEF(x, E(a)), {"<a/><a/>"}, {"<a/>"}},
        {"references to references", REF(x), DEF(x, REF(y)) DEF(y, OPT(REF(z))) DEF(z, E(a)), {"<a/>", ""}, {"<b/>"}},
        {"an element in itself",
         REF(x),
         DEF(x, EL(a, OPT(REF(x)))),
         {"<a/>", "<a><a><a/></a></a>"},
         {"<a><a/><a/></a>", ""}},
        {"definitions of each other",
         REF(x),
         DEF(x, EL(a, STAR(REF(y)))) DEF(y, EL(b, STAR(REF(x)))),
         {"<a/>", "<a><b><a/><a/></b><b/></a>"},
         {"<a><a/></a>", "<b/>"}},
        {"combined by choice",
         REF(x),
         DEFBY("choice", x, E(a)) DEFBY("choice", x, E(b)) DEF(x, E(c)),
         {"<a/>", "<b/>", "<c/>"},
         {"", "<a/><b/>"}},
        {"combined by interleave",
         REF(x),
         DEFBY("interleave", x, E(a)) DEF(x, E(b) E(c)),
         {"<a/><b/><c/>", "<b/><a/><c/>", "<b/><c/><a/>"},
         {"<a/>", "<c/><b/><a/>"}},
        {"combined attributes",
         EL(a, REF(x)),
         DEFBY("interleave", x, AT(m)) DEFBY("interleave", x, OPT(AT(n))),
         {"<a m=''/>", "<a n='' m=''/>"},
         {"<a n=''/>"}},
        {"a start combined",
         "<grammar " T_RNG "><start combine='choice'>" EL(domain, E(a)) "</start><start combine='choice'>" EL(
             domain, E(b)) "</start></grammar>",
         NULL,
         {"<a/>", "<b/>"},
         {"", "<a/><b/>"}},
        {"a div",
         "<grammar " T_RNG "><div><start><ref name='x'/></start><div>" DEF(x, EL(domain, REF(y))) "</div></div>" DEF(
             y, E(a)) "</grammar>",
         NULL,
         {"<a/>"},
         {""}},
        {"white space around names",
         "<ref name=' x '/>",
         "<define name='x\n'><element name=' a '><empty/></element></define>",
         {"<a/>"},
         {"<x/>"}},
        {"annotations",
         "<q:q xmlns:q='urn:q'>text<element/></q:q><element name='a' q:x='1' xmlns:q='urn:q'><empty/>"
         "<q:doc xmlns:q='urn:q'/></element><!-- c -->",
         NULL,
         {"<a/>"},
         {"", "<q/>"}},
        {"a definition that nothing uses", E(a), DEF(x, REF(y)) DEF(y, E(b)), {"<a/>"}, {"<b/>"}},
    };

    t_verdicts_check(rows, COUNT(rows));
}

TEST(names)
{
    static const struct t_verdicts rows[] = {
        {"any name",
         "<element><anyName/><empty/></element>",
         NULL,
         {"<a/>", "<b/>", "<a xmlns='urn:x'/>"},
         {"", "<a/><b/>", "<a>x</a>"}},
        {"any name but",
         "<element><anyName><except><name>a</name><nsName ns='urn:x'/></except></anyName><text/></element>",
         NULL,
         {"<b/>", "<a xmlns='urn:y'/>"},
         {"<a/>", "<b xmlns='urn:x'/>"}},
        {"a choice of names",
         "<element><choice><name>a</name><name>b</name></choice><empty/></element>",
         NULL,
         {"<a/>", "<b/>"},
         {"<c/>", "<a/><b/>"}},
        {"choices in a choice",
         "<element><choice><name>a</name><choice><name>b</name><nsName "
         "ns='urn:x'/></choice></choice><empty/></element>",
         NULL,
         {"<a/>", "<b/>", "<z xmlns='urn:x'/>"},
         {"<z/>", "<a xmlns='urn:y'/>"}},
        {"a name", "<element><name> a </name><empty/></element>", NULL, {"<a/>"}, {"<b/>"}},
        {"names of a namespace",
         "<element><nsName ns='urn:x'/><empty/></element>",
         NULL,
         {"<a xmlns='urn:x'/>", "<q:b xmlns:q='urn:x'/>"},
         {"<a/>", "<a xmlns='urn:y'/>"}},
        {"names of a namespace but",
         "<element><nsName ns='urn:x'><except><name ns='urn:x'>a</name></except></nsName><empty/></element>",
         NULL,
         {"<b xmlns='urn:x'/>"},
         {"<a xmlns='urn:x'/>", "<b/>"}},
        {"names that no schema spells",
         STAR(CHOICE(
             "<element><nsName ns='urn:x'/><empty/></element>"
             "<element><anyName><except><nsName ns='urn:x'/><nsName ns=''/></except></anyName>" E(a) "</element>")),
         NULL,
         {"<p:q xmlns:p='urn:x'/><p:r xmlns:p='urn:x'/>",
          "<q xmlns='urn:y'><a xmlns=''/></q><r xmlns='urn:z'><a xmlns=''/></r>"},
         {"<q/>", "<q xmlns='urn:y'/>", "<p:q xmlns:p='urn:x'><a/></p:q>"}},
        {"names of no namespace", "<element><nsName ns=''/><empty/></element>", NULL, {"<a/>"}, {"<a xmlns='urn:x'/>"}},
        {"what any element may hold",
         REF(any),
         DEF(any, "<element><anyName/>" STAR(CHOICE("<attribute><anyName/></attribute><text/>" REF(any))) "</element>"),
         {"<a/>", "<a b='' c=''>x<d><e xmlns='urn:e' f=''/></d></a>"},
         {"", "x"}},
    };

    t_verdicts_check(rows, COUNT(rows));
}

TEST(namespaces)
{
    static const struct t_verdicts rows[] = {
        {"ns on the element",
         "<element name='a' ns='urn:x'><empty/></element>",
         NULL,
         {"<a xmlns='urn:x'/>", "<q:a xmlns:q='urn:x'/>"},
         {"<a/>", "<a xmlns='urn:y'/>"}},
        {"ns comes down to elements",
         "<group ns='urn:x'><element name='a'><element name='b'><empty/></element></element>"
         "</group>",
         NULL,
         {"<a xmlns='urn:x'><b/></a>"},
         {"<a/>", "<q:a xmlns:q='urn:x'><b/></q:a>"}},
        {"ns comes down by name",
         "<element ns='urn:x'><name>a</name><empty/></element>",
         NULL,
         {"<a xmlns='urn:x'/>"},
         {"<a/>"}},
        {"ns does not come down to attributes",
         "<element name='a' ns='urn:x'><attribute name='b'/></element>",
         NULL,
         {"<a xmlns='urn:x' b=''/>"},
         {"<q:a xmlns:q='urn:x' q:b=''/>"}},
        {"ns on the attribute",
         "<element name='a'><attribute name='b' ns='urn:x'/></element>",
         NULL,
         {"<a xmlns:q='urn:x' q:b=''/>"},
         {"<a b=''/>", "<a xmlns='urn:x' b=''/>"}},
        {"ns taken back",
         "<element name='a' ns='urn:x'><element name='b' ns=''><empty/></element></element>",
         NULL,
         {"<a xmlns='urn:x'><b xmlns=''/></a>", "<q:a xmlns:q='urn:x'><b/></q:a>"},
         {"<a xmlns='urn:x'><b/></a>"}},
        {"ns of a div",
         "<grammar " T_RNG "><start>" EL(domain, REF(x)) "</start><div ns='urn:x'>" DEF(x, E(a)) "</div></grammar>",
         NULL,
         {"<a xmlns='urn:x'/>"},
         {"<a/>"}},
        {"a prefix",
         "<element name='q:a' xmlns:q='urn:q'><attribute name='q:b'/></element>",
         NULL,
         {"<q:a xmlns:q='urn:q' q:b=''/>", "<r:a xmlns:r='urn:q' r:b=''/>"},
         {"<q:a xmlns:q='urn:r' q:b=''/>", "<a b=''/>", "<q:a xmlns:q='urn:q' b=''/>"}},
        {"a prefix in a name",
         "<element xmlns:q='urn:q'><name>q:a</name><empty/></element>",
         NULL,
         {"<a xmlns='urn:q'/>"},
         {"<a/>"}},
    };

    t_verdicts_check(rows, COUNT(rows));
}

TEST(names_of_attributes)
{
    static const struct t_verdicts rows[] = {
        {"attributes of any name but",
         EL(a, "<zeroOrMore><attribute><anyName><except><name>x</name></except></anyName>"
               "</attribute></zeroOrMore>"),
         NULL,
         {"<a/>", "<a y='' z=''/>", "<a xmlns:q='urn:q' q:x=''/>"},
         {"<a x=''/>"}},
        {"attributes of a namespace",
         EL(a, "<zeroOrMore><attribute><nsName ns='urn:x'/></attribute></zeroOrMore>"),
         NULL,
         {"<a/>", "<a xmlns:q='urn:x' q:x='' q:y=''/>"},
         {"<a x=''/>", "<a xmlns:q='urn:y' q:x=''/>"}},
        {"elements of RELAX NG with a prefix",
         EL(a, "<r:optional xmlns:r='http://relaxng.org/ns/structure/1.0'><r:element name='b'><r:empty/></r:element>"
               "</r:optional>"),
         NULL,
         {"<a/>", "<a><b/></a>"},
         {"<a><c/></a>"}},
        {"characters past ASCII",
         "<element name='\xc3\xa9'><attribute name='\xc3\xa4'/></element>",
         NULL,
         {"<\xc3\xa9 \xc3\xa4=''/>"},
         {"<e/>"}},
        {"xml:lang", EL(a, "<attribute name='xml:lang'/>"), NULL, {"<a xml:lang='en'/>"}, {"<a lang='en'/>", "<a/>"}},
    };

    t_verdicts_check(rows, COUNT(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_of_elements), cmocka_unit_test(interleave), cmocka_unit_test(attributes),
        cmocka_unit_test(definitions),          cmocka_unit_test(names),      cmocka_unit_test(namespaces),
        cmocka_unit_test(names_of_attributes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

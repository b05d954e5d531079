/* Values, datatypes and their parameters. */
#include "verdicts.h"

/* A list of values, each in an <a> of its own. */
#define V(value) "<a>" value "</a>"

/* <a> holds such data. */
#define DATA(type, params) "<element name='a'><data type='" type "'>" params "</data></element>"
#define PARAM(name, value) "<param name='" name "'>" value "</param>"
#define VALUE(attrs, text) "<element name='a'><value " attrs ">" text "</value></element>"
#define OWN "datatypeLibrary='' "

TEST(values)
{
    static const struct t_verdicts rows[] = {
        {"token by default",
         VALUE("", "a b"),
         NULL,
         {V("a b"), V(" a \n b\t"), V("a&#x20;b"), V("<![CDATA[a b]]>"), V("a<!-- --> b")},
         {V("ab"), V("A b"), V(""), V("a b c")}},
        {"token with space in the schema", VALUE("", " a  b "), NULL, {V("a b"), V("a   b")}, {V("ab"), V("a b b")}},
        {"own string", VALUE(OWN "type='string'", " a "), NULL, {V(" a ")}, {V("a"), V(" a"), V("  a ")}},
        {"own token", VALUE(OWN "type='token'", " a "), NULL, {V("a"), V("\ta ")}, {V("b")}},
        {"string", VALUE("type='string'", "a  b"), NULL, {V("a  b")}, {V("a b"), V("a  b ")}},
        {"normalizedString",
         VALUE("type='normalizedString'", "a b"),
         NULL,
         {V("a b"), V("a\tb"), V("a\nb")},
         {V("a  b"), V(" a b")}},
        {"numbers",
         VALUE("type='integer'", "10"),
         NULL,
         {V("10"), V("+10"), V("0010"), V(" 10 ")},
         {V("11"), V("1 0"), V("-10"), V("10.0"), V("ten")}},
        {"zero", VALUE("type='integer'", "0"), NULL, {V("0"), V("-0"), V("+0"), V("000")}, {V(""), V("1")}},
        {"empty", VALUE("", ""), NULL, {V(""), V(" "), "<a/>", V("<!-- -->")}, {V("x")}},
        {"empty string", VALUE("type='string'", ""), NULL, {"<a/>", V("")}, {V("x")}},
        {"a choice",
         "<element name='a'><choice><value>x</value><value>y</value><data type='int'/></choice></element>",
         NULL,
         {V("x"), V("y"), V("7")},
         {V("z"), V("x y"), V("")}},
        {"beside blanks",
         "<element name='a'><value>x</value></element>",
         NULL,
         {V("\n  x\n"), V("<!--c-->x")},
         {V("x<b/>"), V("<b>x</b>")}},
        {"of an attribute",
         "<element name='a'><attribute name='b'><value>on</value></attribute></element>",
         NULL,
         {"<a b='on'/>", "<a b=' on'/>", "<a b='&#111;n'/>"},
         {"<a b='off'/>", "<a b=''/>", "<a>on</a>"}},
        {"characters past ASCII", VALUE("", "\xc3\xa9"), NULL, {V("\xc3\xa9"), V("&#233;")}, {V("e")}},
    };

    t_verdicts_check(rows, COUNT(rows));
}

TEST(whole_numbers)
{
    static const struct t_verdicts rows[] = {
        {"integer",
         DATA("integer", ""),
         NULL,
         {V("0"), V("-1"), V("+1"), V("99999999999999999999999999"), V("007"), V(" 1 "), V("-0")},
         {V(""), V(" "), V("1.0"), V("1e3"), V("0x10"), V("- 1"), V("--1"), V("+"), V("1 2"), V("a")}},
        {"positiveInteger",
         DATA("positiveInteger", ""),
         NULL,
         {V("1"), V("+01"), V("18446744073709551616")},
         {V("0"), V("-1"), V("-0")}},
        {"nonNegativeInteger", DATA("nonNegativeInteger", ""), NULL, {V("0"), V("-0"), V("+5")}, {V("-1")}},
        {"negativeInteger", DATA("negativeInteger", ""), NULL, {V("-1"), V("-99999999999999999999")}, {V("0"), V("1")}},
        {"nonPositiveInteger", DATA("nonPositiveInteger", ""), NULL, {V("0"), V("-1"), V("+0")}, {V("1")}},
        {"long",
         DATA("long", ""),
         NULL,
         {V("9223372036854775807"), V("-9223372036854775808"), V("0009223372036854775807")},
         {V("9223372036854775808"), V("-9223372036854775809")}},
        {"int",
         DATA("int", ""),
         NULL,
         {V("2147483647"), V("-2147483648"), V("+2147483647")},
         {V("2147483648"), V("-2147483649")}},
        {"short", DATA("short", ""), NULL, {V("32767"), V("-32768")}, {V("32768"), V("-32769")}},
        {"byte", DATA("byte", ""), NULL, {V("127"), V("-128")}, {V("128"), V("-129")}},
        {"unsignedLong",
         DATA("unsignedLong", ""),
         NULL,
         {V("18446744073709551615"), V("0")},
         {V("18446744073709551616"), V("-1")}},
        {"unsignedInt", DATA("unsignedInt", ""), NULL, {V("4294967295"), V("-0")}, {V("4294967296"), V("-1")}},
        {"unsignedShort", DATA("unsignedShort", ""), NULL, {V("65535")}, {V("65536"), V("-1"), V("ff")}},
        {"unsignedByte", DATA("unsignedByte", ""), NULL, {V("255"), V("00")}, {V("256")}},
        {"from, to",
         DATA("integer", PARAM("minInclusive", "-2") PARAM("maxInclusive", "3")),
         NULL,
         {V("-2"), V("3"), V("0"), V("+3"), V("03")},
         {V("-3"), V("4"), V("13"), V("-13")}},
        {"above, below",
         DATA("int", PARAM("minExclusive", "0") PARAM("maxExclusive", "10")),
         NULL,
         {V("1"), V("9")},
         {V("0"), V("10"), V("-5"), V("100")}},
        {"a pattern of a number",
         DATA("unsignedInt", PARAM("pattern", "[0-9]+")),
         NULL,
         {V("10"), V(" 10 ")},
         {V("+10"), V("a"), V("4294967296")}},
        {"bounds of the type hold",
         DATA("byte", PARAM("maxInclusive", "100")),
         NULL,
         {V("100"), V("-128")},
         {V("101"), V("-129")}},
    };

    t_verdicts_check(rows, COUNT(rows));
}

TEST(texts)
{
    static const struct t_verdicts rows[] = {
        {"string", DATA("string", ""), NULL, {V(""), V(" x "), "<a/>"}, {V("<b/>"), ""}},
        {"own string", "<element name='a'><data " OWN "type='string'/></element>", NULL, {V(""), V("x")}, {V("<b/>")}},
        {"length",
         DATA("string", PARAM("length", "3")),
         NULL,
         {V("abc"), V("   "),
          V("\xc3\xa9"
            "12")},
         {V("ab"), V("abcd"), V("")}},
        {"length of a token",
         DATA("token", PARAM("length", "3")),
         NULL,
         {V("abc"), V(" abc "), V("a  b")},
         {V("a b c")}},
        {"minLength", DATA("string", PARAM("minLength", "2")), NULL, {V("ab"), V("abc")}, {V("a"), V("")}},
        {"maxLength",
         DATA("string", PARAM("maxLength", "2")),
         NULL,
         {V("ab"), V("\xf0\x9f\x98\x80\xc3\xa9"), V("")},
         {V("abc")}},
        {"both lengths",
         DATA("NCName", PARAM("minLength", "2") PARAM("maxLength", "3")),
         NULL,
         {V("ab"), V("abc")},
         {V("a"), V("abcd")}},
        {"pattern",
         DATA("string", PARAM("pattern", "[a-c]+x?")),
         NULL,
         {V("a"), V("abcx")},
         {V(""), V("d"), V("xa"), V("ax "), V("a\nx")}},
        {"two patterns",
         DATA("string", PARAM("pattern", "[a-z]+") PARAM("pattern", ".*x")),
         NULL,
         {V("ax"), V("x")},
         {V("a"), V("Ax")}},
        {"a pattern of classes",
         DATA("string", PARAM("pattern", "\\d{2}-\\w+\\.[^,]")),
         NULL,
         {V("12-ab.c")},
         {V("1-ab.c"), V("12-ab.,"), V("12-abxc")}},
        {"ways of a pattern",
         DATA("string", PARAM("pattern", "(a|bc)*d|")),
         NULL,
         {V("abcd"), V("d"), V("")},
         {V("ac"), V("bd")}},
        {"NCName",
         DATA("NCName", ""),
         NULL,
         {V("a"), V("_a-1.b"), V(" a "), V("\xc3\xa9")},
         {V(""), V("1a"), V("a:b"), V("a b"), V("-a"), V(".a"), V("a/b"), V("\xc2\xa0"), V("\xc3\x97")}},
        {"boolean",
         DATA("boolean", ""),
         NULL,
         {V("true"), V("false"), V("1"), V("0"), V(" true\n")},
         {V("yes"), V("TRUE"), V(""), V("2"), V("01")}},
        {"value of boolean", VALUE("type='boolean'", "true"), NULL, {V("true"), V("1")}, {V("false"), V("0"), V("x")}},
        {"anyURI", DATA("anyURI", ""), NULL, {V("http://a/b?c#d"), V("a b"), V(""), V("/x")}, {V("<b/>")}},
        {"normalizedString", DATA("normalizedString", PARAM("length", "2")), NULL, {V("a\n"), V("  ")}, {V("a")}},
    };

    t_verdicts_check(rows, COUNT(rows));
}

TEST(date_and_time)
{
    static const struct t_verdicts rows[] = {
        {"dateTime",
         DATA("dateTime", ""),
         NULL,
         {V("2026-01-31T23:59:59"), V("2024-02-29T00:00:00Z"), V("2026-01-31T12:00:00.125+02:00"),
          V("-0044-03-15T12:00:00"), V("12026-01-31T12:00:00-11:30"), V(" 2026-12-01T01:02:03Z "),
          V("2000-02-29T00:00:00")},
         {V("2026-01-31"), V("2026-01-31 23:59:59"), V("2023-02-29T00:00:00"), V("2026-13-01T00:00:00"),
          V("2026-00-01T00:00:00"), V("2026-04-31T00:00:00"), V("2026-01-31T24:00:01"), V("2026-01-31T24:00:00"),
          V("2026-01-31T23:60:00"), V("26-01-31T00:00:00"), V("2026-01-31T00:00:00+15:00"),
          V("2026-01-31T00:00:00+2:00"), V("1900-02-29T00:00:00"), V("02026-01-31T00:00:00"), V("2026-1-31T00:00:00"),
          V("2026-01-31T00:00:00z")}},
    };

    t_verdicts_check(rows, COUNT(rows));
}

TEST(exceptions_and_lists)
{
    static const struct t_verdicts rows[] = {
        {"except a value",
         DATA("string", "<except><value type='string'>x</value></except>"),
         NULL,
         {V("y"), V(""), V("x ")},
         {V("x")}},
        {"except by another type",
         DATA("string", "<except><value>x</value></except>"),
         NULL,
         {V("y"), V("x y")},
         {V("x"), V(" x ")}},
        {"except data",
         DATA("int", "<except><data type='int'><param name='minInclusive'>5</param></data></except>"),
         NULL,
         {V("4"), V("-5")},
         {V("5"), V("x")}},
        {"except a choice",
         DATA("token", "<except><choice><value>x</value><value>y</value></choice></except>"),
         NULL,
         {V("z"), V("xy")},
         {V("x"), V("y")}},
        {"param and except",
         DATA("string", PARAM("pattern", "[a-z]") "<except><value>x</value><value>y</value></except>"),
         NULL,
         {V("a")},
         {V("x"), V("y"), V("A")}},
        {"a list",
         "<element name='a'><list><data type='int'/><value>x</value></list></element>",
         NULL,
         {V("1 x"), V("\n1\n x ")},
         {V("1"), V("x 1"), V("1 x x"), V(""), V("1x")}},
        {"a list of any length",
         "<element name='a'><list><zeroOrMore><data type='int'/></zeroOrMore></list></element>",
         NULL,
         {V(""), V("1"), V("1 2  3"), " <a/>"},
         {V("1,2"), V("1 a"), V("<b/>")}},
        {"a list of one or more in an attribute",
         "<element name='a'><attribute name='b'><list><oneOrMore><choice><value>x</value><value>y</value></choice>"
         "</oneOrMore></list></attribute></element>",
         NULL,
         {"<a b='x'/>", "<a b=' y x  x'/>"},
         {"<a b=''/>", "<a b='x z'/>", "<a/>"}},
        {"a list of pairs",
         "<element name='a'><list><oneOrMore><data type='int'/><data type='NCName'/></oneOrMore></list></element>",
         NULL,
         {V("1 a"), V("1 a 2 b")},
         {V("1 a 2"), V("a 1")}},
        {"a list of an optional",
         "<element name='a'><list><optional><value>x</value></optional><value>y</value></list>"
         "</element>",
         NULL,
         {V("y"), V("x y")},
         {V("x"), V("y x"), V("")}},
        {"an empty list", "<element name='a'><list><empty/></list></element>", NULL, {V(""), V(" "), "<a/>"}, {V("x")}},
        {"an empty list or a value",
         "<element name='a'><choice><list><empty/></list><value>x</value></choice></element>",
         NULL,
         {"<a/>", V("x")},
         {V("y")}},
    };

    t_verdicts_check(rows, COUNT(rows));
}

TEST(libraries)
{
    static const struct t_verdicts rows[] = {
        {"none said is RELAX NG's own",
         "<grammar xmlns='http://relaxng.org/ns/structure/1.0'><start><element name='domain'><data type='token'/>"
         "</element></start></grammar>",
         NULL,
         {"<domain>x</domain>"},
         {"<domain><a/></domain>"}},
        {"from the element itself",
         "<grammar xmlns='http://relaxng.org/ns/structure/1.0'><start><element name='domain'>"
         "<data type='int' datatypeLibrary='http://www.w3.org/2001/XMLSchema-datatypes'/></element></start></grammar>",
         NULL,
         {"<domain>1</domain>"},
         {"<domain>x</domain>"}},
        {"from an element around",
         "<grammar xmlns='http://relaxng.org/ns/structure/1.0'><start>"
         "<element name='domain' datatypeLibrary='http://www.w3.org/2001/XMLSchema-datatypes'><optional>"
         "<data type='int'/></optional></element></start></grammar>",
         NULL,
         {"<domain>1</domain>", "<domain/>"},
         {"<domain>x</domain>"}},
        {"from a div",
         "<grammar xmlns='http://relaxng.org/ns/structure/1.0'><div "
         "datatypeLibrary='http://www.w3.org/2001/XMLSchema-datatypes'><start><element name='domain'><data type='int'/>"
         "</element></start></div></grammar>",
         NULL,
         {"<domain>1</domain>"},
         {"<domain>x</domain>"}},
        {"taken back",
         "<grammar " T_RNG "><start><element name='domain' datatypeLibrary=''><data type='string'/></element></start>"
         "</grammar>",
         NULL,
         {"<domain>x</domain>"},
         {"<domain><a/></domain>"}},
    };

    t_verdicts_check(rows, COUNT(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values),        cmocka_unit_test(whole_numbers),        cmocka_unit_test(texts),
        cmocka_unit_test(date_and_time), cmocka_unit_test(exceptions_and_lists), cmocka_unit_test(libraries),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

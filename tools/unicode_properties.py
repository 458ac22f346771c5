#!/usr/bin/env python3
"""Writes the tables of the Unicode properties that ECMA-262 knows from the Unicode character database.

unicode_properties.py scripts /usr/share/unicode > ganglion/grammar/regular/unicode_scripts.cc
unicode_properties.py binary /usr/share/unicode > ganglion/grammar/regular/unicode_binary.cc

The folder is that of Debian's package unicode-data. A set is text: numbers in base 32, lowest digit
first, each digit a letter of base 64 that is above 31 where more digits follow. The numbers are in
turn how many code points are left out and, less one, how many are taken.
"""

import re
import sys

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

# ECMA-262, table "Binary Unicode property aliases".
BINARY = """ASCII_Hex_Digit Alphabetic Bidi_Control Bidi_Mirrored Case_Ignorable Cased
Changes_When_Casefolded Changes_When_Casemapped Changes_When_Lowercased
Changes_When_NFKC_Casefolded Changes_When_Titlecased Changes_When_Uppercased Dash
Default_Ignorable_Code_Point Deprecated Diacritic Emoji Emoji_Component Emoji_Modifier
Emoji_Modifier_Base Emoji_Presentation Extended_Pictographic Extender Grapheme_Base
Grapheme_Extend Hex_Digit IDS_Binary_Operator IDS_Trinary_Operator ID_Continue ID_Start
Ideographic Join_Control Logical_Order_Exception Lowercase Math Noncharacter_Code_Point
Pattern_Syntax Pattern_White_Space Quotation_Mark Radical Regional_Indicator Sentence_Terminal
Soft_Dotted Terminal_Punctuation Unified_Ideograph Uppercase Variation_Selector White_Space
XID_Continue XID_Start""".split()
BINARY_FILES = ["PropList.txt", "DerivedCoreProperties.txt", "DerivedNormalizationProps.txt",
                "extracted/DerivedBinaryProperties.txt", "emoji/emoji-data.txt"]
# emoji-data.txt names these in no file of aliases.
EMOJI_ALIASES = {"Emoji_Component": "EComp", "Emoji_Modifier": "EMod",
                 "Emoji_Modifier_Base": "EBase", "Emoji_Presentation": "EPres",
                 "Extended_Pictographic": "ExtPict"}


def lines(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            fields = [field.strip() for field in line.split("#")[0].split(";")]
            if len(fields) > 1:
                yield fields


def sets(paths):
    """Property -> set of code points."""
    found = {}
    for path in paths:
        for fields in lines(path):
            low, _, high = fields[0].partition("..")
            codes = range(int(low, 16), int(high or low, 16) + 1)
            for name in fields[1].split() if len(fields) == 2 else []:
                found.setdefault(name, set()).update(codes)
    return found


def encode(codes):
    text, expected, taken = [], 0, sorted(codes)
    index = 0
    while index < len(taken):
        end = index
        while end + 1 < len(taken) and taken[end + 1] == taken[end] + 1:
            end += 1
        for number in (taken[index] - expected, taken[end] - taken[index]):
            while number >= 32:
                text.append(DIGITS[number % 32 + 32])
                number //= 32
            text.append(DIGITS[number])
        expected = taken[end] + 1
        index = end + 1
    return "".join(text)


def table(name, rows):
    print(f"\nconstexpr UnicodeSet k{name}[] = {{")
    for aliases, codes in sorted(rows):
        text = encode(codes)
        parts = [text[i:i + 96] for i in range(0, len(text), 96)]
        begin = f'    {{"{" ".join(aliases)}",'
        print(begin, end=" " if len(begin) + len(text) < 96 else "\n")
        print("\n".join(f'"{part}"' for part in parts) + "},")
    print("};")


def value_aliases(root, of):
    return [fields[1:] for fields in lines(f"{root}/PropertyValueAliases.txt") if fields[0] == of]


def scripts(root):
    categories = sets([f"{root}/extracted/DerivedGeneralCategory.txt"])
    rows = [(names, categories[names[0]]) for names in value_aliases(root, "gc")
            if names[0] in categories]
    table("Categories", rows)
    own = sets([f"{root}/Scripts.txt"])
    shared = sets([f"{root}/ScriptExtensions.txt"])
    listed = set().union(*shared.values())
    rows, extended = [], []
    for names in value_aliases(root, "sc"):
        short, long = names[0], names[1]
        if long not in own:
            continue
        rows.append((names, own[long]))
        # What the file of extensions lists has only those scripts; what it does not, its own.
        codes = (own[long] - listed) | shared.get(short, set())
        if codes != own[long]:
            extended.append((names, codes))
    table("Scripts", rows)
    table("ScriptExtensions", extended)
    return ["Categories", "Scripts", "ScriptExtensions"]


def binary(root):
    known = sets([f"{root}/{path}" for path in BINARY_FILES])
    aliases = {fields[1]: fields[0] for fields in lines(f"{root}/PropertyAliases.txt")}
    aliases.update(EMOJI_ALIASES)
    aliases["White_Space"] = "space"  # which ECMA-262 has, and not "WSpace"
    rows = []
    for name in BINARY:
        alias = aliases.get(name, name)
        rows.append(([name] if alias == name else [name, alias], known[name]))
    table("BinaryProperties", rows)
    return ["BinaryProperties"]


def main(part, root):
    with open(f"{root}/Scripts.txt", encoding="utf-8") as file:
        version = re.search(r"-([\d.]+)\.txt", file.readline())[1]
    print(f"""// Made by tools/unicode_properties.py {part} from Unicode {version}; do not edit.
#include "ganglion/grammar/regular/unicode_tables.h"

namespace ganglion::grammar {{
namespace {{

// clang-format off""")
    names = {"scripts": scripts, "binary": binary}[part](root)
    print("""
// clang-format on

}  // namespace
""")
    for name in names:
        print(f"std::span<const UnicodeSet> Unicode{name}() {{ return k{name}; }}")
    print("\n}  // namespace ganglion::grammar")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

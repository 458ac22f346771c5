#!/usr/bin/env python3
"""Writes the tables of characters from Python's Unicode data:

unicode_tables.py classes > unicode_classes.cc
unicode_tables.py mappings > unicode_mappings.cc
"""

import sys
import unicodedata


def ranges(wanted):
    found = []
    for value in range(0x110000):
        if unicodedata.category(chr(value)) not in wanted:
            continue
        if found and found[-1][1] == value - 1:
            found[-1][1] = value
        else:
            found.append([value, value])
    return found


def mappings(change):
    """Runs of equal delta and equal stride (1 or 2)."""
    found = []
    for value in range(0x110000):
        if 0xD800 <= value <= 0xDFFF:
            continue
        delta = change(value) - value
        if delta == 0:
            continue
        if found:
            first, last, run_delta, stride = found[-1]
            step = value - last
            if run_delta == delta and (step == stride or (first == last and step <= 2)):
                found[-1] = [first, value, delta, step]
                continue
        found.append([value, value, delta, 1])
    return found


def first_of_decomposition(value):
    return ord(unicodedata.normalize("NFD", chr(value))[0])


def pairs(change):
    for value in range(0x110000):
        if 0xAC00 <= value <= 0xDFFF:
            continue  # surrogates, and Hangul syllables, which are arithmetic: see BaseCharacter
        if change(value) != value:
            yield value, change(value)


def rows(items, width):
    line = " "
    for item in items:
        text = " {" + ",".join(item) + "},"
        if len(line) + len(text) > width:
            print(line)
            line = " "
        line += text
    print(line)


def write_classes():
    sets = [
        ("Punctuation", {"Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps"}),
        ("Mark", {"Mn", "Mc", "Me"}),
        ("Control", {"Cc", "Cf", "Co", "Cs"}),
    ]
    for name, wanted in sets:
        print(f"\nconstexpr CharacterRange k{name}[] = {{")
        rows(([f"0x{a:x}", f"0x{b:x}"] for a, b in ranges(wanted)), 100)
        print("};")
    return [
        f"std::span<const CharacterRange> {name}Ranges() {{ return k{name}; }}" for name, _ in sets
    ]


def write_mappings():
    lower = mappings(lambda value: ord(chr(value).lower()[0]))
    print("\nconstexpr CharacterMapping kLower[] = {")
    rows(([f"0x{a:x}", f"0x{b:x}", str(d), str(s)] for a, b, d, s in lower), 100)
    print("};\n\nconstexpr CharacterPair kBase[] = {")
    rows(([f"0x{a:x}", f"0x{b:x}"] for a, b in pairs(first_of_decomposition)), 100)
    print("};")
    return [
        "std::span<const CharacterMapping> LowerMappings() { return kLower; }",
        "std::span<const CharacterPair> BasePairs() { return kBase; }",
    ]


def main(part):
    version = unicodedata.unidata_version
    print(f"""// Made by unicode_tables.py {part} from Unicode {version}; do not edit.
#include "ganglion/tokenizer/unicode_tables.h"

namespace ganglion::tokenizer {{
namespace {{

// clang-format off""")
    functions = {"classes": write_classes, "mappings": write_mappings}[part]()
    print("""
// clang-format on

}  // namespace
""")
    for function in functions:
        print(function)
    print("\n}  // namespace ganglion::tokenizer")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

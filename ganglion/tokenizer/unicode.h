#pragma once

// The properties of characters that WordPiece needs, by Unicode 14. The tables are made by
// unicode_tables.py. The pre-tokenizer expressions do not use them: PCRE2 brings its own.
namespace ganglion::tokenizer {

bool IsPunctuation(char32_t value);  // categories P*
bool IsMark(char32_t value);         // M*
bool IsControl(char32_t value);      // Cc, Cf, Co, Cs
bool IsWhiteSpace(char32_t value);   // the property White_Space
bool IsIdeograph(char32_t value);    // the blocks that BERT cuts into single characters

// The first character of the lower-case form.
char32_t ToLower(char32_t value);
// The first character of the canonical decomposition: the letter without its accents.
char32_t BaseCharacter(char32_t value);

}  // namespace ganglion::tokenizer

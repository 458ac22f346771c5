#pragma once

#include <string_view>
#include <vector>

namespace ganglion::learn::english {

// Word lists, each made once and shared. All entries are lower case but the names.
const std::vector<std::string_view>& SmallThings();  // what a gripper might lift
const std::vector<std::string_view>& BigThings();    // furniture, machines, fixtures
const std::vector<std::string_view>& Surfaces();     // what things are put on or in
const std::vector<std::string_view>& Places();       // rooms and spots, said with "the"
const std::vector<std::string_view>& Numbered();     // "dock", "room": followed by a number
const std::vector<std::string_view>& People();       // "nurse", "little girl"
const std::vector<std::string_view>& Animals();
const std::vector<std::string_view>& Movers();     // carts and other things that are followed
const std::vector<std::string_view>& Names();      // "Anna"
const std::vector<std::string_view>& Relatives();  // "Grandpa", "Mum": used as names
const std::vector<std::string_view>& Colours();
const std::vector<std::string_view>& Adjectives();
const std::vector<std::string_view>& Superlatives();
const std::vector<std::string_view>& Materials();  // stand before a noun: "wooden", "coffee"
const std::vector<std::string_view>& Parts();      // "handle", "lid": for "with the broken lid"

}  // namespace ganglion::learn::english

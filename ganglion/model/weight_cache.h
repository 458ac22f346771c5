#pragma once

#include "ganglion/gguf/gguf.h"
#include "ganglion/model/packed_store.h"
#include "ganglion/model/weight_cache_options.h"
#include "ganglion/sys/thread_pool.h"

namespace ganglion {

// Where the packed weights of a model lie: in the cache file of its content, in a new one, or in
// memory where there can be none. Never an error; a folder that cannot be made or written means no
// cache, without a word, and what else goes wrong is a warning.
//
// A file is known by the hash of all its bytes. They are read again only where the device, inode,
// size or a time of the file differ from those that were recorded with the hash. Likewise the
// packed bytes are checked against their checksums once after each change of the cache file's
// stamp, and the header and table at every call.
//
// `file` outlives the store's Finish().
PackedStore OpenWeightCache(const gguf::File& file, const WeightCacheOptions& options,
                            sys::ThreadPool& pool);

}  // namespace ganglion

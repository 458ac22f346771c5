// The bodies of Asio that are no templates, compiled once for the room.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>

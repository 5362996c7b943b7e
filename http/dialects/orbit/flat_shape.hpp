// Orbit's second create shape, brought into canonical form. Source: contracts «Same path, different
// meaning».
#pragma once

#include "http/dialects/orbit/body.hpp"

#include <string>

namespace millrace::http::orbit {

/// The canonical definition text of `{trigger{type, …}, nodes, edges?, settings?}`; the body has
/// been checked to hold an object `trigger`, an array `nodes`, and where they stand an array
/// `edges`, an object `settings`.
///
/// - A node's keys move into its `data`, all but id, type, position, parentId.
/// - The trigger's keys, all but type, become the data of the trigger node. Where `nodes` has none,
/// one is
///   added behind the others (so that indexes in problem paths stay the client's).
/// - Entry edges are added where no edge leaves the trigger: to each top node that nothing leads
/// to.
///   Without `edges` the nodes run in their order.
///
/// Values keep the client's bytes.
std::string to_canonical(const Body& body);

}  // namespace millrace::http::orbit

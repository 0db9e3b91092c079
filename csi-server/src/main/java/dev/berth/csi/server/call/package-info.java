/**
 * What happens around every call: an id that each log line carries, the one place that logs
 * requests and answers (secrets cleared), and the one place that turns a failure of the domain into
 * a gRPC status. A service only writes {@code Call.answer(out, () -> work)} and throws.
 */
@NullMarked
package dev.berth.csi.server.call;

import org.jspecify.annotations.NullMarked;

/**
 * How the commands talk to a daemon: lines of JSON over a unix socket, one request a connection,
 * answered by lines until one says that it was the last. {@link
 * dev.berth.program.control.ControlServer} answers, {@link dev.berth.program.control.ControlClient}
 * asks. It is no RPC framework because a command starts a JVM each time, and gRPC would double what
 * that costs.
 */
@NullMarked
package dev.berth.program.control;

import org.jspecify.annotations.NullMarked;

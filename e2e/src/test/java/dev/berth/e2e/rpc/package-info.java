/**
 * Every RPC of the driver by its descriptor, so that none is forgotten: a table with a row for each
 * condition that the protocol gives a code, and random requests, many of them nearly valid, to
 * which no bug may answer, and which may leave nothing behind and tell no secret.
 */
@NullMarked
package dev.berth.e2e.rpc;

import org.jspecify.annotations.NullMarked;

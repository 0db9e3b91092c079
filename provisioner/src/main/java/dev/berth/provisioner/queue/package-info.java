/**
 * Work as keys: a queue that holds each key once, workers that hand a key to a reconciler, and the
 * backoff between two tries of one key. The clock, the executor and the randomness are handed in.
 */
@NullMarked
package dev.berth.provisioner.queue;

import org.jspecify.annotations.NullMarked;

/**
 * {@code berth apply, get, describe, delete, events}: the objects of a standalone daemon, named and
 * shown as kubectl does. Objects are JSON trees here; only the daemon knows their classes.
 */
@NullMarked
package dev.berth.program.objects;

import org.jspecify.annotations.NullMarked;

/**
 * Reading CSI requests: the size limits that the specification sets for every message, required
 * fields, capacity ranges, volume capabilities, mount flags and topology, parsed into values of the
 * domain. Whatever is wrong is a {@link dev.berth.storage.VolumeException.Invalid} that names the
 * field, the value and the rule.
 */
@NullMarked
package dev.berth.csi.server.request;

import org.jspecify.annotations.NullMarked;

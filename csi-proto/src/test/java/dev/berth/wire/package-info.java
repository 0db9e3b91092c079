/**
 * Holds the generated protocol code against what goes over the wire: {@link
 * dev.berth.wire.WireRows} writes descriptors down as rows, {@link dev.berth.wire.WireTable} reads
 * the rows that CSI demands, and the tests compare the two.
 */
@NullMarked
package dev.berth.wire;

import org.jspecify.annotations.NullMarked;

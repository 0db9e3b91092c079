/**
 * Orphans in real pools beside an embedded cluster: what goes to the trash, and what never does.
 */
@NullMarked
package dev.berth.program.orphan;

import org.jspecify.annotations.NullMarked;

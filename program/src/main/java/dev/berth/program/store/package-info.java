/**
 * The daemon's answers to the commands: objects read strictly, applied as kubectl would (a merge of
 * what was, what was applied last and what is asked now), listed, watched and deleted through the
 * cluster port; and where a pod's volumes are mounted.
 */
@NullMarked
package dev.berth.program.store;

import org.jspecify.annotations.NullMarked;

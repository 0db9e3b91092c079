/**
 * Logs: lines on standard error, plain for people or JSON for machines, set up in code because
 * reading XML costs start-up time.
 */
@NullMarked
package dev.berth.program.logging;

import org.jspecify.annotations.NullMarked;

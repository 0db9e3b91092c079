/**
 * {@code berth volumes}, {@code berth pool} and {@code berth undelete}: what lies in the pools of
 * this machine, how full they are, and what can be had back from their trash. The daemon reads, the
 * commands print.
 */
@NullMarked
package dev.berth.program.pool;

import org.jspecify.annotations.NullMarked;

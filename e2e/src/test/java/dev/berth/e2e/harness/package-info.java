/**
 * What the tests of this module stand on: filesystems made for one test, the program as a child
 * process, a CSI client on its socket. Everything here is closeable and takes away what it made,
 * and nothing else, whatever happened.
 */
@NullMarked
package dev.berth.e2e.harness;

import org.jspecify.annotations.NullMarked;

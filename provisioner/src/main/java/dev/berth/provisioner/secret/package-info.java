/**
 * Secrets that drivers are given: read from where they are kept for each call, held in memory for
 * that call alone, never cached and never logged.
 */
@NullMarked
package dev.berth.provisioner.secret;

import org.jspecify.annotations.NullMarked;

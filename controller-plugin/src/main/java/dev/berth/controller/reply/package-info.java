/** Volumes as CSI messages, alike in every reply. */
@NullMarked
package dev.berth.controller.reply;

import org.jspecify.annotations.NullMarked;

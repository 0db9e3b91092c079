/**
 * The Node service of CSI over storage; one package for each call, put together by {@link
 * dev.berth.node.NodePlugin}. Nothing is remembered between calls: whether a volume is attached,
 * staged or published is read from the loop devices and the mount table each time.
 */
@NullMarked
package dev.berth.node;

import org.jspecify.annotations.NullMarked;

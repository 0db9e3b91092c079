/** The SnapshotMetadata service: which blocks a snapshot has, and which differ between two. */
@NullMarked
package dev.berth.controller.metadata;

import org.jspecify.annotations.NullMarked;

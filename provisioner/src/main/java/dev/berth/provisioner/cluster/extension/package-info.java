/**
 * The kinds of external-snapshotter, {@code snapshot.storage.k8s.io/v1} and {@code
 * groupsnapshot.storage.k8s.io/v1}, field by field. An API server serves them only where their
 * CustomResourceDefinitions are installed.
 */
@NullMarked
package dev.berth.provisioner.cluster.extension;

import org.jspecify.annotations.NullMarked;

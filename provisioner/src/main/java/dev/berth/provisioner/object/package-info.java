/**
 * Claims, volumes and classes as the controllers talk about them: Kubernetes' own objects with
 * their rules of reading (which annotation is older, what an absent field means) in one place, and
 * the names that Kubernetes gives to annotations and finalizers.
 */
@NullMarked
package dev.berth.provisioner.object;

import org.jspecify.annotations.NullMarked;

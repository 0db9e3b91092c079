/**
 * Volumes in the pools that no PersistentVolume names. {@link dev.berth.provisioner.orphan.Orphans}
 * compares pools, PVs and claims: what is provably leaked goes to the trash, everything else is
 * reported and waits for a person. {@link dev.berth.provisioner.orphan.AcknowledgeController}
 * writes down with a volume that its PV was seen, after which it is never leaked.
 */
@NullMarked
package dev.berth.provisioner.orphan;

import org.jspecify.annotations.NullMarked;

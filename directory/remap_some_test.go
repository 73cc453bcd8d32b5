package directory

import "context"

// RemapSome maps one batch anew, as if the process ended after it.
func (d *Directory) RemapSome(ctx context.Context) (int, error) {
	n, _, err := d.remapBatch(ctx)
	return n, err
}

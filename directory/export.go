package directory

import (
	"context"
	"iter"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// Export is the whole directory as anybody may see it: what must not show of
// confidential places is left out.
type Export struct {
	d   *Directory
	ctx context.Context
	err error
}

// Export opens the directory for an export. It needs DirectoryRead.
func (d *Directory) Export(ctx context.Context) (*Export, error) {
	if _, err := identity.Require(ctx, identity.DirectoryRead); err != nil {
		return nil, err
	}
	return &Export{d: d, ctx: ctx}, nil
}

// Err is what ended a sequence early.
func (x *Export) Err() error { return x.err }

// Taxonomies are all taxonomies.
func (x *Export) Taxonomies() iter.Seq[Taxonomy] {
	return exported(x, x.d.taxonomies, func(t TaxonomyDoc) Taxonomy { return conformed(t.Taxonomy) })
}

// Terms are all taxonomy terms.
func (x *Export) Terms() iter.Seq[TaxonomyTerm] {
	return exported(x, x.d.terms, func(t TermDoc) TaxonomyTerm { return conformed(t.Term) })
}

// Organizations are all organizations.
func (x *Export) Organizations() iter.Seq[Organization] {
	return exported(x, x.d.organizations, func(o OrganizationDoc) Organization { return conformed(o.Organization) })
}

// Locations are all locations that may show; confidential ones without their
// place, as their services show them.
func (x *Export) Locations() iter.Seq[Location] {
	return exported(x, x.d.locations, func(l LocationDoc) Location {
		shown, err := x.d.publishLocation(x.ctx, l)
		if err != nil {
			x.err = err
			return hiddenLocation(l.Location)
		}
		return shown
	})
}

// Services are all services but defunct ones and those too old to be shown, with their organization, program
// and locations.
func (x *Export) Services() iter.Seq[Service] {
	return func(yield func(Service) bool) {
		var batch []ServiceDoc
		flush := func() bool {
			listings, err := x.d.complete(x.ctx, batch)
			if err != nil {
				x.err = err
				return false
			}
			batch = batch[:0]
			for _, l := range listings {
				if l.offered() && !yield(l.publish()) {
					return false
				}
			}
			return true
		}
		for doc, err := range x.d.services.All(x.ctx) {
			if err != nil {
				x.err = err
				return
			}
			if batch = append(batch, doc); len(batch) == importBatch && !flush() {
				return
			}
		}
		flush()
	}
}

// exported goes through the documents of a collection.
func exported[T, O any](x *Export, c *docstore.Collection[T], object func(T) O) iter.Seq[O] {
	return func(yield func(O) bool) {
		for doc, err := range c.All(x.ctx) {
			if err != nil {
				x.err = err
				return
			}
			if !yield(object(doc)) {
				return
			}
		}
	}
}

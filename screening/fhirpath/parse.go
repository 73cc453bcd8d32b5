package fhirpath

import (
	"fmt"
	"slices"
	"strconv"
)

// levels are the operators of two sides, those that bind least first
// (FHIRPath, 6.8 Operator Precedence); "is", "as", "~" and "!~" are not supported.
var levels = [][]string{
	{"implies"},
	{"or", "xor"},
	{"and"},
	{"in", "contains"},
	{"=", "!="},
	{"<=", ">=", "<", ">"},
	{"|"},
	{"+", "-", "&"},
	{"*", "/", "div", "mod"},
}

// Parse reads an expression, or says what in it is not supported.
func Parse(s string) (*Expr, error) {
	tokens, err := lex(s)
	if err != nil {
		return nil, err
	}
	p := parser{tokens: tokens, names: map[string]bool{}}
	root, err := p.binary(0)
	if err != nil {
		return nil, err
	}
	if t := p.next(); t.kind != end {
		return nil, fmt.Errorf("%q is not expected there", t.text)
	}
	return &Expr{root, p.names}, nil
}

type parser struct {
	tokens []token
	at     int
	depth  int
	inner  int // how many functions deep: there a path may start with a name
	names  map[string]bool
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != end {
		p.at++
	}
	return t
}

// take goes past the token if it is the symbol or word.
func (p *parser) take(text string) bool {
	t := p.peek()
	if (t.kind == symbol || t.kind == name) && t.text == text {
		p.at++
		return true
	}
	return false
}

func (p *parser) expect(text string) error {
	if !p.take(text) {
		return fmt.Errorf("%q is missing", text)
	}
	return nil
}

// deeper bounds how far parts stand within parts.
func (p *parser) deeper() error {
	if p.depth++; p.depth > maxDepth {
		return fmt.Errorf("parts stand more than %d deep", maxDepth)
	}
	return nil
}

func (p *parser) binary(level int) (node, error) {
	if level == len(levels) {
		return p.unary()
	}
	left, err := p.binary(level + 1)
	for err == nil {
		t := p.peek()
		if t.kind != symbol && t.kind != name || !slices.Contains(levels[level], t.text) {
			return left, nil
		}
		p.next()
		var right node
		if right, err = p.binary(level + 1); err == nil {
			left = operation{operators[t.text], left, right}
		}
	}
	return nil, err
}

func (p *parser) unary() (node, error) {
	if p.take("-") {
		if err := p.deeper(); err != nil {
			return nil, err
		}
		operand, err := p.unary()
		p.depth--
		return operation{operators["-"], literal{0.0}, operand}, err
	}
	n, err := p.term()
	for err == nil {
		switch {
		case p.take("."):
			n, err = p.member(n)
		case p.take("["):
			var index node
			if index, err = p.argument(); err == nil {
				n, err = item{n, index}, p.expect("]")
			}
		default:
			return n, nil
		}
	}
	return nil, err
}

// argument reads an expression in brackets of any kind.
func (p *parser) argument() (node, error) {
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	return p.binary(0)
}

func (p *parser) term() (node, error) {
	switch t := p.next(); {
	case t.kind == number:
		n, err := strconv.ParseFloat(t.text, 64)
		return literal{n}, err
	case t.kind == quoted:
		return literal{t.text}, nil
	case t.kind == variable:
		p.names[t.text] = true
		return named{t.text}, nil
	case t.kind == special && t.text == "this":
		return this{}, p.within("$this")
	case t.kind == special && t.text == "total":
		return total{}, p.within("$total")
	case t.kind == symbol && t.text == "(":
		n, err := p.argument()
		if err != nil {
			return nil, err
		}
		return n, p.expect(")")
	case t.kind == symbol && t.text == "{":
		return literal{}, p.expect("}")
	case t.kind == name && (t.text == "true" || t.text == "false"):
		return literal{t.text == "true"}, nil
	case t.kind == name && t.text == "iif" && p.peek().text == "(":
		return p.call(start{}, t.text)
	case t.kind == name:
		if p.inner == 0 {
			return nil, fmt.Errorf("a path starts with a variable such as %%resource, not with %q", t.text)
		}
		if p.peek() == (token{symbol, "("}) {
			return p.call(start{}, t.text)
		}
		return child{start{}, t.text}, nil
	case t.kind == end:
		return nil, fmt.Errorf("the expression ends too early")
	default:
		return nil, fmt.Errorf("%q is not expected there", t.text)
	}
}

func (p *parser) within(word string) error {
	if p.inner == 0 {
		return fmt.Errorf("%s stands outside of a function", word)
	}
	return nil
}

// member reads what follows a dot.
func (p *parser) member(of node) (node, error) {
	t := p.next()
	if t.kind != name {
		return nil, fmt.Errorf("a name is missing after the dot")
	}
	if p.peek() == (token{symbol, "("}) {
		return p.call(of, t.text)
	}
	return child{of, t.text}, nil
}

// call reads the arguments of a function.
func (p *parser) call(of node, name string) (node, error) {
	f, ok := functions[name]
	if !ok {
		return nil, fmt.Errorf("the function %s() is not supported", name)
	}
	p.next() // the bracket
	p.inner++
	defer func() { p.inner-- }()
	var args []node
	for !p.take(")") {
		if len(args) > 0 {
			if err := p.expect(","); err != nil {
				return nil, err
			}
		}
		arg, err := p.argument()
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
	}
	if len(args) < f.least || len(args) > f.most {
		return nil, fmt.Errorf("%s() has %d arguments", name, len(args))
	}
	return call{of, f.apply, args}, nil
}

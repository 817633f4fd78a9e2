# Upstreams of every protocol that answer as their request's query says; see gateways.py.
#
#   my $gateways = Gateways->new;
#   … "proxy_pass http://unix:@{[ $gateways->socket('http') ]};" …
#   is $nginx->get('/login?size=1000')->body, Gateways::pattern(1000);
package Gateways;

use strict;
use warnings;

use Carp qw(croak);
use File::Basename qw(dirname);

use Workspace qw(folder wait_until);

my $python = -x '/usr/bin/python3' ? '/usr/bin/python3' : 'python3';

# They end with this process, which holds the other end of their input.
sub new {
    my ($class) = @_;
    my $self = bless {folder => folder() . '/gateways'}, $class;
    mkdir $self->{folder};
    chmod 0755, $self->{folder};
    open $self->{input}, '|-', $python, dirname(__FILE__) . '/gateways.py', $self->{folder} or croak "gateways.py: $!";
    wait_until { 5 == grep {-S} glob "$self->{folder}/*.sock" } 10 or croak 'gateways.py does not start';
    return $self;
}

sub socket { "$_[0]{folder}/$_[1].sock" }

# What they have as a body of so many bytes.
sub pattern { my ($size) = @_; substr join('', map { sprintf "%08x\n", $_ } 0 .. $size / 9), 0, $size }

1;

# A running application with WebSockets, and clients for it, both by the library "ws"; see websocket_app.mjs and
# websocket_client.mjs.
#
#   my $app = WebSocketApp->new;
#   … application => $app->address …
#   my ($heard) = $app->talk({url => 'wss://127.0.0.1:1234/socket', headers => {Cookie => '…'}, say => ['hello']});
package WebSocketApp;

use strict;
use warnings;

use Carp qw(croak);

use NodeProcess;
use Npm;
use Workspace qw(free_port);

sub new {
    my ($class) = @_;
    my $self = bless {port => free_port(), folder => Npm::modules('ws@8.18.3')}, $class;
    $self->{process} = NodeProcess->new($self->{folder}, 'websocket_app.mjs', $self->{port});
    $self->{process}->line(qr/^ready$/, 20) or croak 'the application does not start';
    return $self;
}

sub address { "127.0.0.1:$_[0]{port}" }

# What each socket heard, a list each.
sub talk { my ($self, @sockets) = @_; @{Npm::run($self->{folder}, 'websocket_client.mjs', \@sockets)} }

1;

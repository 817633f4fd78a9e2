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
use File::Basename qw(dirname);
use POSIX ();

use Npm;
use Workspace qw(read_file free_port);

sub new {
    my ($class) = @_;
    my $self = bless {port => free_port(), owner => $$, folder => Npm::modules('ws@8.18.3')}, $class;
    my $source = read_file(dirname(__FILE__) . '/websocket_app.mjs');
    my $pid = open my $output, '-|';
    croak "fork: $!" unless defined $pid;
    unless ($pid) {
        chdir $self->{folder};
        exec 'node', '--input-type=module', '--eval', $source, '--', $self->{port} or POSIX::_exit(127);
    }
    @$self{qw(pid output)} = ($pid, $output);
    (<$output> // '') eq "ready\n" or croak 'the application does not start';
    return $self;
}

sub address { "127.0.0.1:$_[0]{port}" }

# What each socket heard, a list each.
sub talk { my ($self, @sockets) = @_; @{Npm::run($self->{folder}, 'websocket_client.mjs', \@sockets)} }

sub DESTROY {
    my ($self) = @_;
    local ($?, $!);
    return unless $self->{owner} == $$ && $self->{pid};
    kill TERM => $self->{pid};
    waitpid delete $self->{pid}, 0;
}

1;

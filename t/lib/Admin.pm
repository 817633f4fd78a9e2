# A client of session_admin.
#
#   my $admin = Admin->new($nginx, '/admin');
#   my $response = $admin->send(PUT => '/users/42/stale', {before => time}, 'Name: value');
#   my $session = $admin->begin('42', tenant => 't1');      # {id, access_token, …}
package Admin;

use strict;
use warnings;

use Carp qw(croak);
use Exporter qw(import);

use Logins qw(opened record keys_of);
use Tokens qw(json);
use Workspace qw(keep_secret);

our @EXPORT = qw(opened record keys_of);

sub new {
    my ($class, $nginx, $prefix) = @_;
    return bless {nginx => $nginx, prefix => $prefix}, $class;
}

# A hash is sent as JSON; text as it is, with the headers that are given.
sub send {
    my ($self, $method, $path, $body, @headers) = @_;
    push @headers, 'Content-Type: application/json' if ref $body;
    push @headers, {body => ref $body ? json($body) : $body} if defined $body;
    return $self->{nginx}->request($method, "$self->{prefix}$path", @headers);
}

# What a GET that succeeds says.
sub get {
    my ($self, $path) = @_;
    my $response = $self->send(GET => $path);
    $response->status == 200 or croak "GET $path: " . $response->head . $response->body;
    return $response->json;
}

# The session that a response gave; no log may have its tokens.
sub session {
    my ($self, $response) = @_;
    $response->status == 201 or croak 'no session: ' . $response->head . $response->body;
    my $session = $response->json;
    keep_secret($_, /([^.]+)$/) for grep { defined } @$session{qw(access_token refresh_token)};
    return $session;
}

sub begin {
    my ($self, $user, %more) = @_;
    return $self->session($self->send(POST => '/sessions', {user => $user, %more}));
}

# All pages of a list, from its first: each a list of sessions.
sub pages {
    my ($self, $path) = @_;
    my ($join, @pages) = $path =~ /\?/ ? '&' : '?';
    my $cursor;
    do {
        my $page = $self->get($path . (defined $cursor ? "${join}cursor=$cursor" : ''));
        push @pages, $page->{sessions};
        $cursor = $page->{cursor};
    } while defined $cursor;
    return @pages;
}

1;

# Encrypted sessions that the libraries themselves begin: logins of NextAuth 4 and of Auth.js 5, from npm.
#
#   my $login = nextauth({user => '42', key => 'v1'});     # {name => value, …}: one cookie, or its chunks
#   my @both = authjs({user => '42', key => ['v2', 'v1'], secure => 1}, {claims => {role => 'admin'}, max_age => 60});
#   my $again = nextauth({cookies => $login});             # as the application sets them anew for a page
#   $nginx->get('/', jar($login));
#   my $token = whole($login);
package NextCookies;

use strict;
use warnings;

use Exporter qw(import);
use JSON::PP ();

use Npm;
use Tokens ();
use Workspace qw(keep_secret);

our @EXPORT = qw(nextauth authjs jar whole long_text);

sub nextauth { logins('nextauth.mjs', Npm::modules('next-auth@4.24.13'), @_) }
sub authjs { logins('authjs.mjs', Npm::modules('@auth/core@0.41.1'), @_) }

sub logins {
    my ($script, $folder, @wanted) = @_;
    my @jobs = map {
        my @secrets = map { Tokens::key_bytes($_) } ref $_->{key} ? @{$_->{key}} : $_->{key} // 'v1';
        {user => $_->{user} // '42', secret => @secrets > 1 ? \@secrets : $secrets[0], maxAge => $_->{max_age},
            secure => $_->{secure} ? JSON::PP::true : JSON::PP::false, claims => $_->{claims} // {},
            cookies => $_->{cookies}};
    } @wanted;
    my @logins = map {
        +{map { $_->{name} => $_->{value} } @$_}
    } @{Npm::run($folder, $script, \@jobs)};
    keep_secret(values %$_) for @logins;
    return wantarray ? @logins : $logins[0];
}

# The header that sends the cookies, in any order.
sub jar {
    my %cookies = map {%$_} @_;
    return 'Cookie: ' . join '; ', map {"$_=$cookies{$_}"} keys %cookies;
}

# The token, of which the chunks are parts.
sub whole {
    my ($login) = @_;
    my %number = map { $_ => /\.(\d+)$/ ? $1 : 0 } keys %$login;
    return join '', @$login{sort { $number{$a} <=> $number{$b} } keys %number};
}

# A claim that does not fit into one cookie, or two.
sub long_text { join '', map { ('a' .. 'z', 0 .. 9)[rand 36] } 1 .. $_[0] }

1;

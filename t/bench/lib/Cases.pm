# What is measured of our own. A case is a server of its own, so that its requests have the same
# bytes as those of the unprotected server it is compared with: GET / and one cookie.
#
#   name      for CASES=                    says      in the table
#   tokens    a kind that mint.py knows; those of "-renewed" and "-new" are each sent once
#   requests  in a round (10000)            group     whose nginx it is in (ours)
#   realm     its session_realm, but for the key; @empty@ and @full@ are two Redis servers, one with
#             nothing and one with a million revocations, @empty_socket@ the Unix socket of the one
#   location, server, http   what stands in its location, beside it and around it; of a case without
#             a realm, in the words of nginx
#   against   the same case with an empty Redis
#   redis     the server that a case without a realm asks, empty or full
#   open      lets everybody in: no refusal to look for
package Cases;

use strict;
use warnings;

require Others;

my @ours = (
    {name => 'bare', says => 'unprotected, against itself', tokens => 'hs256', open => 1},

    {name => 'off-hs256', says => 'HS256, revocation off', tokens => 'hs256',
        realm => 'revocation off;'},
    {name => 'off-rs256', says => 'RS256, revocation off', tokens => 'rs256', requests => 5000,
        realm => 'revocation off;'},
    {name => 'off-es256', says => 'ES256, revocation off', tokens => 'es256', requests => 3000,
        realm => 'revocation off;'},
    {name => 'off-eddsa', says => 'EdDSA, revocation off', tokens => 'eddsa', requests => 2000,
        realm => 'revocation off;'},

    {name => 'cached-hs256', says => 'HS256, cached, a hit', tokens => 'hs256',
        realm => 'redis @empty@; revocation cached;'},
    {name => 'cached-rs256', says => 'RS256, cached, a hit', tokens => 'rs256',
        realm => 'redis @empty@; revocation cached;'},
    {name => 'cached-es256', says => 'ES256, cached, a hit', tokens => 'es256',
        realm => 'redis @empty@; revocation cached;'},
    {name => 'cached-eddsa', says => 'EdDSA, cached, a hit', tokens => 'eddsa',
        realm => 'redis @empty@; revocation cached;'},

    {name => 'first-hs256', says => 'HS256, first seen, session known', tokens => 'hs256-renewed',
        requests => 3000, realm => 'redis @empty@; revocation cached;'},
    {name => 'first-rs256', says => 'RS256, first seen, session known', tokens => 'rs256-renewed',
        requests => 1000, realm => 'redis @empty@; revocation cached;'},
    {name => 'first-es256', says => 'ES256, first seen, session known', tokens => 'es256-renewed',
        requests => 1500, realm => 'redis @empty@; revocation cached;'},

    {name => 'strict', says => 'HS256, strict', tokens => 'hs256',
        realm => 'redis @empty@; revocation strict;'},
    {name => 'strict-unix', says => 'HS256, strict, a Unix socket', tokens => 'hs256',
        realm => 'redis @empty_socket@; revocation strict;'},
    {name => 'miss', says => 'HS256, cached, a new user', tokens => 'hs256-new',
        requests => 3000, realm => 'redis @empty@; revocation cached;'},

    {name => 'full-cached', against => 'cached-hs256', says => 'a hit, 1,000,000 revoked',
        tokens => 'hs256', realm => 'redis @full@; revocation cached;'},
    {name => 'full-strict', against => 'strict', says => 'strict, 1,000,000 revoked',
        tokens => 'hs256', realm => 'redis @full@; revocation strict;'},
    {name => 'full-miss', against => 'miss', says => 'a new user, 1,000,000 revoked',
        tokens => 'hs256-new', requests => 3000, realm => 'redis @full@; revocation cached;'},
);

# A case complete; each gets what it left out.
sub complete {
    my ($case) = @_;
    my %case = (group => 'ours', requests => 10000, location => '', server => '', http => '',
        rounds => {}, %$case);
    if ($case{realm}) {
        # Patience: Redis may have to wait for the client's processor.
        ($case{redis}) = $case{realm} =~ s/redis \@(empty|full)(?:_socket)?\@;\K/ redis_timeout 2s;/ ? $1 : undef;
        my ($key) = $case{tokens} =~ /^(\w+)/;
        $case{http} = "session_realm $case{name} { key $key file=$key.key; cookie access_token; $case{realm} }";
        $case{location} = "auth_session $case{name};";
    }
    $case{once} = $case{tokens} =~ /-/;
    return \%case;
}

# Those whose names match one of the patterns, as a shell would read them; all of them without one.
sub chosen {
    my (@patterns) = @_;
    my @all = map { complete($_) } @ours, Others::cases();
    return @all unless @patterns;
    my $any = join '|', map { quotemeta($_) =~ s/\\\*/.*/gr } @patterns;
    my @chosen = grep { $_->{name} =~ /^(?:bare|$any)$/ } @all;
    return @chosen if @chosen > 1 || "@patterns" eq 'bare';
    die "no case is called so; there are: @{[map { $_->{name} } @all]}\n";
}

1;
